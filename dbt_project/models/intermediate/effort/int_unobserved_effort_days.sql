{#- What is left of a day on which nothing was active and nothing finished: capacity without
    evidence of any item. -#}

with

idle_days as (

    select
        person_id,
        day,
        rest_days
    from {{ ref('int_day_units') }}
    where active_items = 0 and rest_days > 0

),

finished_days as (

    select distinct
        person_id,
        day
    from {{ ref('int_finished_effort_days') }}

),

unobserved as (

    select
        idle_days.person_id,
        idle_days.day,
        idle_days.rest_days as person_days
    from idle_days
    left join finished_days
        on idle_days.person_id = finished_days.person_id and idle_days.day = finished_days.day
    where finished_days.day is null

)

select * from unobserved
