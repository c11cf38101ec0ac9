{#- How many items are active for each person on each day, and what one item that is active the
    whole day, or one second of it, gets of the rest of that day. -#}

with

settings as (

    select split from {{ source('home', 'settings') }}

),

rest as (

    select
        int_rest_days.person_id,
        int_rest_days.day,
        int_rest_days.rest_days,
        {{ seconds_between('calendar.day_start_at', 'calendar.day_end_at') }} as day_seconds,
        {{ seconds_between('calendar.work_start_at', 'calendar.work_end_at') }}
            as working_seconds
    from {{ ref('int_rest_days') }} as int_rest_days
    inner join {{ source('home', 'calendar') }} as calendar
        on int_rest_days.time_zone = calendar.time_zone and int_rest_days.day = calendar.day

),

run_events as (

    -- +1 where a run starts, -1 on the day after its last: their running sum counts the runs
    select
        person_id,
        day,
        sum(difference) as difference
    from (
        select
            person_id,
            from_day as day,
            1 as difference
        from {{ ref('int_active_runs') }}
        union all
        select
            person_id,
            {{ add_days('to_day', 1) }} as day,
            -1 as difference
        from {{ ref('int_active_runs') }}
    ) as events
    group by person_id, day

),

parts as (

    select
        person_id,
        day,
        count(*) as items,
        {{ exact_sum('day_seconds') }} as day_seconds,
        {{ exact_sum('working_seconds') }} as working_seconds
    from {{ ref('int_active_parts') }}
    group by person_id, day

),

counted as (

    select
        rest.person_id,
        rest.day,
        rest.rest_days,
        rest.day_seconds as whole_day_seconds,
        rest.working_seconds as whole_working_seconds,
        parts.items as part_items,
        parts.day_seconds as part_day_seconds,
        parts.working_seconds as part_working_seconds,
        sum(coalesce(run_events.difference, 0)) over (
            partition by rest.person_id
            order by rest.day
            rows between unbounded preceding and current row
        ) as runs
    from rest
    left join run_events
        on rest.person_id = run_events.person_id and rest.day = run_events.day
    left join parts on rest.person_id = parts.person_id and rest.day = parts.day

),

weighed as (

    select
        counted.*,
        runs + coalesce(part_items, 0) as active_items,
        settings.split = 'equal' as is_equal,
        runs * whole_working_seconds + coalesce(part_working_seconds, 0.0) as working_seconds,
        runs * whole_day_seconds + coalesce(part_day_seconds, 0.0) as day_seconds
    from counted
    cross join settings

)

select
    person_id,
    day,
    rest_days,
    active_items,
    is_equal,
    working_seconds > 0 as is_by_working_hours,
    case
        when active_items = 0 then 0.0
        when is_equal then rest_days / active_items
        when working_seconds > 0 then rest_days / working_seconds
        else rest_days / day_seconds
    end as unit_days,
    case
        when active_items = 0 then 0.0
        when is_equal then rest_days / active_items
        when working_seconds > 0 then rest_days * whole_working_seconds / working_seconds
        else rest_days * whole_day_seconds / day_seconds
    end as whole_day_share
from weighed
