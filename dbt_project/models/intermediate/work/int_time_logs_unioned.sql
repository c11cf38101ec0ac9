{#- Time written down on items before the run's day. -#}

with

settings as (

    select
        as_of,
        as_of_at
    from {{ source('home', 'settings') }}

),

every_tracker as (
{{ union_trackers('time_logs', [
        'time_log_id',
        'work_item_id',
        'account_id',
        'seconds',
        'started_on',
        'started_at'
    ]) }}
),

before_the_run as (

    select
        every_tracker.time_log_id,
        every_tracker.work_item_id,
        every_tracker.account_id,
        every_tracker.seconds,
        every_tracker.started_on,
        every_tracker.started_at
    from every_tracker
    cross join settings
    where
        coalesce(
            every_tracker.started_at < settings.as_of_at,
            every_tracker.started_on < settings.as_of
        )

)

select * from before_the_run
