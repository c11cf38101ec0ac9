{#- The runs of whole local days through which an item is active for a person, both ends included.
    Days that are covered in part stand in `int_active_parts`. -#}

with

spans as (

    select * from {{ ref('int_active_spans') }}

),

items_taken_over as (

    select distinct
        person_id,
        work_item_id
    from {{ ref('int_active_days_by_descendant') }}

),

calendar as (

    select
        time_zone,
        day,
        day_start_at,
        day_end_at
    from {{ source('home', 'calendar') }}
    where is_in_range

),

runs as (

    select
        spans.person_id,
        spans.work_item_id,
        case
            when spans.from_at <= first_days.day_start_at then spans.first_day
            else {{ add_days('spans.first_day', 1) }}
        end as from_day,
        case
            when spans.to_at >= last_days.day_end_at then spans.last_day
            else {{ add_days('spans.last_day', -1) }}
        end as to_day
    from spans
    inner join calendar as first_days
        on spans.time_zone = first_days.time_zone and spans.first_day = first_days.day
    inner join calendar as last_days
        on spans.time_zone = last_days.time_zone and spans.last_day = last_days.day
    left join items_taken_over
        on
            spans.person_id = items_taken_over.person_id
            and spans.work_item_id = items_taken_over.work_item_id
    where items_taken_over.person_id is null

),

active_runs as (

    select * from runs
    where from_day <= to_day

)

select * from active_runs
