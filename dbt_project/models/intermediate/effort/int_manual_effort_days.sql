{#- What a manual allocation gives to a node: a share of the person's capacity on each day. -#}

with

person_days as (

    select
        person_id,
        day,
        capacity
    from {{ ref('int_person_days') }}
    where capacity > 0

),

allocated as (

    select
        person_days.person_id,
        person_days.day,
        manual_allocations.node_id,
        {{ exact_sum('manual_allocations.share * person_days.capacity') }} as person_days
    from person_days
    inner join {{ source('home', 'manual_allocations') }} as manual_allocations
        on
            person_days.person_id = manual_allocations.person_id
            and coalesce(person_days.day >= manual_allocations.from_on, true)
            and coalesce(person_days.day <= manual_allocations.to_on, true)
    group by person_days.person_id, person_days.day, manual_allocations.node_id

),

manual_effort_days as (

    select * from allocated
    where person_days > 0

)

select * from manual_effort_days
