{#- How much of the time that Jira says was logged on an issue is in no work log that was read:
    logs may be hidden, cut off in an export, or missed. Negative where more was read than is told.
    Issues of which Jira tells no time are left out. -#}

with

issues as (

    select
        work_item_id,
        spent_seconds
    from {{ ref('base_jira__issues') }}
    where spent_seconds is not null

),

time_logs as (

    select
        work_item_id,
        sum(seconds) as seconds
    from {{ ref('stg_jira__time_logs') }}
    group by work_item_id

),

logged_times as (

    select
        issues.work_item_id,
        issues.spent_seconds - coalesce(time_logs.seconds, 0) as unread_log_seconds
    from issues
    left join time_logs on issues.work_item_id = time_logs.work_item_id

)

select * from logged_times
