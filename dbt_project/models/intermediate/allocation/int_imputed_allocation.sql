{#- What items without anyone's effort would count as, by their links and on the day they were done.
    It stands beside effort and is never added to it. Unknown person-days stay null. -#}

with

imputed_effort as (

    select
        person_id,
        team_id,
        work_item_id,
        completed_on,
        person_days
    from {{ ref('int_imputed_effort') }}

),

item_links as (

    select
        work_item_id,
        node_id,
        weight,
        strength
    from {{ ref('int_item_links') }}

),

node_allocations as (

    select
        node_id,
        bucket,
        direction,
        weight,
        period_from,
        period_to
    from {{ ref('int_node_allocations') }}

),

allocated as (

    select
        imputed_effort.person_id,
        imputed_effort.team_id,
        imputed_effort.work_item_id,
        coalesce(item_links.node_id, '(none)') as node_id,
        {{ bucket_of("'imputed'", 'item_links.strength', 'node_allocations.bucket') }} as bucket,
        coalesce(node_allocations.direction, '(none)') as direction,
        coalesce(item_links.strength, 'none') as strength,
        'imputed' as basis,
        imputed_effort.completed_on,
        imputed_effort.person_days
        * coalesce(item_links.weight, 1)
        * coalesce(node_allocations.weight, 1) as person_days
    from imputed_effort
    left join item_links on imputed_effort.work_item_id = item_links.work_item_id
    left join node_allocations
        on
            item_links.node_id = node_allocations.node_id
            and imputed_effort.completed_on >= node_allocations.period_from
            and imputed_effort.completed_on < node_allocations.period_to

),

added_up as (

    select
        person_id,
        team_id,
        work_item_id,
        node_id,
        bucket,
        direction,
        strength,
        basis,
        completed_on,
        {{ exact_sum('person_days') }} as person_days
    from allocated
    group by
        person_id, team_id, work_item_id, node_id, bucket, direction, strength, basis, completed_on

)

select * from added_up
