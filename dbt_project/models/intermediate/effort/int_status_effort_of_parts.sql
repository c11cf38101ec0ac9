{#- Effort of the days on which an item is active in part: its seconds within working hours over
    those of all items, or of the whole day where nobody's item was active within working hours. -#}

with

parts as (

    select * from {{ ref('int_active_parts') }}

),

units as (

    select
        person_id,
        day,
        is_equal,
        is_by_working_hours,
        unit_days
    from {{ ref('int_day_units') }}
    where unit_days > 0

),

effort as (

    select
        parts.person_id,
        parts.work_item_id,
        parts.day,
        units.unit_days * case
            when units.is_equal then 1.0
            when units.is_by_working_hours then parts.working_seconds
            else parts.day_seconds
        end as person_days
    from parts
    inner join units on parts.person_id = units.person_id and parts.day = units.day

),

status_effort_of_parts as (

    select * from effort
    where person_days > 0

)

select * from status_effort_of_parts
