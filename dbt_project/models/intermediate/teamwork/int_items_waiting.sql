{#- How long each item was in progress in each quarter, and how much of that in a status
    that says it waits or is blocked. Elapsed time, by day and night; an open span ends with
    the run. -#}

with

quarters as (

    select
        {{ period_start('quarter', 'calendar.day') }} as period_start,
        min(calendar.day_start_at) as starts_at,
        max(calendar.day_end_at) as ends_at
    from {{ source('home', 'calendar') }} as calendar
    inner join {{ source('home', 'settings') }} as settings
        on calendar.time_zone = settings.time_zone
    where calendar.is_in_range
    group by {{ period_start('quarter', 'calendar.day') }}

),

spans as (

    select
        work_item_id,
        status_name,
        status_category,
        changed_at as from_at,
        lead(changed_at) over (partition by work_item_id order by changed_at) as next_at
    from {{ ref('int_status_changes_unioned') }}

),

status_names as (

    select
        status_name,
        {{ is_waiting_status('status_name') }} as is_waiting
    from (select distinct status_name from spans) as names

),

in_progress as (

    select
        spans.work_item_id,
        coalesce(status_names.is_waiting, false) as is_waiting,
        spans.from_at,
        least(
            coalesce(spans.next_at, work_items.deleted_at, timestamp '9999-12-31 00:00:00'),
            coalesce(work_items.deleted_at, timestamp '9999-12-31 00:00:00')
        ) as to_at
    from spans
    inner join {{ ref('int_work_items_unioned') }} as work_items
        on spans.work_item_id = work_items.work_item_id
    left join status_names on spans.status_name = status_names.status_name
    where spans.status_category = 'in_progress'

),

in_quarters as (

    select
        in_progress.work_item_id,
        quarters.period_start,
        in_progress.is_waiting,
        {{ seconds_between(
            'greatest(in_progress.from_at, quarters.starts_at)',
            'least(in_progress.to_at, quarters.ends_at)'
        ) }} / 86400.0 as days
    from in_progress
    inner join quarters
        on in_progress.from_at < quarters.ends_at and in_progress.to_at > quarters.starts_at

),

items_waiting as (

    select
        work_item_id,
        period_start,
        {{ exact_sum('days') }} as days_in_progress,
        {{ exact_sum('case when is_waiting then days else 0 end') }} as days_waiting
    from in_quarters
    where days > 0
    group by work_item_id, period_start

)

select * from items_waiting
