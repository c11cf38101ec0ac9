{#- Logged time in person-days, on the local day on which each log starts. Never scaled down. -#}

with

settings as (

    select
        hours_per_day,
        since,
        as_of
    from {{ source('home', 'settings') }}

),

persons as (

    select
        int_accounts_to_persons.account_id,
        int_persons.person_id,
        int_persons.time_zone
    from {{ ref('int_accounts_to_persons') }} as int_accounts_to_persons
    inner join {{ ref('int_persons') }} as int_persons
        on int_accounts_to_persons.person_id = int_persons.person_id

),

logs as (

    select
        persons.person_id,
        int_time_logs_unioned.work_item_id,
        int_time_logs_unioned.seconds,
        coalesce(
            int_time_logs_unioned.started_on,
            {{ local_day('int_time_logs_unioned.started_at', 'persons.time_zone') }}
        ) as day
    from {{ ref('int_time_logs_unioned') }} as int_time_logs_unioned
    inner join persons on int_time_logs_unioned.account_id = persons.account_id

),

in_range as (

    select
        logs.person_id,
        logs.work_item_id,
        logs.day,
        {{ exact_sum('logs.seconds') }} / (3600.0 * settings.hours_per_day) as person_days
    from logs
    cross join settings
    where logs.day >= settings.since and logs.day < settings.as_of
    group by logs.person_id, logs.work_item_id, logs.day, settings.hours_per_day

),

logged_effort_days as (

    select * from in_range
    where person_days > 0

)

select * from logged_effort_days
