{#- When each item that was ever in progress was not idle: from an activity until the configured
    number of days after the latest one. Half-open. -#}

with

settings as (

    select idle_days * 24 as idle_hours from {{ source('home', 'settings') }}

),

items_in_progress as (

    select distinct work_item_id from {{ ref('int_status_spans') }}
    where status_category = 'in_progress'

),

activities as (

    select
        int_activities.work_item_id,
        int_activities.happened_at,
        lag(int_activities.happened_at) over (
            partition by int_activities.work_item_id
            order by int_activities.happened_at
        ) as previous_at,
        max(int_activities.happened_at) over (partition by int_activities.work_item_id) as last_at
    from {{ ref('int_activities') }} as int_activities
    inner join items_in_progress
        on int_activities.work_item_id = items_in_progress.work_item_id
    where int_activities.happened_at is not null

),

awakenings as (

    -- an activity that finds the item idle starts a new span
    select
        activities.work_item_id,
        activities.happened_at,
        activities.previous_at,
        activities.last_at,
        settings.idle_hours
    from activities
    cross join settings
    where
        activities.previous_at is null
        or activities.happened_at
        > {{ add_hours('activities.previous_at', 'settings.idle_hours') }}

),

spans as (

    select
        work_item_id,
        happened_at as from_at,
        idle_hours,
        coalesce(
            lead(previous_at) over (partition by work_item_id order by happened_at), last_at
        ) as last_activity_at
    from awakenings

),

awake_spans as (

    select
        work_item_id,
        from_at,
        {{ add_hours('last_activity_at', 'idle_hours') }} as to_at
    from spans

)

select * from awake_spans
