{#- Items that are done as of the run, containers and bulk closings left out, with the effort they
    have and the day of their last completion (the organisation's zone), where one is known. -#}

with

settings as (

    select
        time_zone,
        since,
        as_of
    from {{ source('home', 'settings') }}

),

items as (

    select
        int_work_item_states.work_item_id,
        int_work_item_states.source,
        int_work_item_states.item_type,
        int_work_item_states.estimate_hours,
        int_work_item_states.points,
        int_work_item_states.has_history,
        int_work_item_states.completed_at,
        {{ local_day('int_work_item_states.completed_at', 'settings.time_zone') }} as completed_on
    from {{ ref('int_work_item_states') }} as int_work_item_states
    cross join settings
    where
        int_work_item_states.status_category = 'done'
        and not int_work_item_states.is_container
        and not int_work_item_states.is_completed_administratively

),

effort as (

    select
        work_item_id,
        {{ exact_sum('person_days') }} as person_days
    from {{ ref('int_effort') }}
    where work_item_id <> '(none)'
    group by work_item_id

),

done_items as (

    select
        items.*,
        effort.person_days,
        coalesce(
            items.completed_on >= settings.since and items.completed_on < settings.as_of, false
        ) as is_completed_in_range
    from items
    cross join settings
    left join effort on items.work_item_id = effort.work_item_id

)

select * from done_items
