{#- When each item was active for each person: in progress, assigned, and not idle, within the days
    of the run. With the first and the last local day that a span touches. -#}

with

people_at_work as (

    select
        person_id,
        time_zone
    from {{ ref('int_people_at_work') }}

),

zones as (

    select
        time_zone,
        min(day_start_at) as range_start_at,
        max(day_end_at) as range_end_at
    from {{ source('home', 'calendar') }}
    where is_in_range
    group by time_zone

),

assignments as (

    select
        int_person_assignments.work_item_id,
        int_person_assignments.person_id,
        people_at_work.time_zone,
        greatest(int_person_assignments.from_at, zones.range_start_at) as from_at,
        least(int_person_assignments.to_at, zones.range_end_at) as to_at
    from {{ ref('int_person_assignments') }} as int_person_assignments
    inner join people_at_work on int_person_assignments.person_id = people_at_work.person_id
    inner join zones on people_at_work.time_zone = zones.time_zone

),

active as (

    select
        assignments.work_item_id,
        assignments.person_id,
        assignments.time_zone,
        greatest(assignments.from_at, int_status_spans.from_at, int_awake_spans.from_at)
            as from_at,
        least(assignments.to_at, int_status_spans.to_at, int_awake_spans.to_at) as to_at
    from assignments
    inner join {{ ref('int_status_spans') }} as int_status_spans
        on
            assignments.work_item_id = int_status_spans.work_item_id
            and int_status_spans.status_category = 'in_progress'
            and int_status_spans.from_at < assignments.to_at
            and coalesce(int_status_spans.to_at > assignments.from_at, true)
    inner join {{ ref('int_awake_spans') }} as int_awake_spans
        on
            assignments.work_item_id = int_awake_spans.work_item_id
            and int_awake_spans.from_at < assignments.to_at
            and int_awake_spans.to_at > assignments.from_at

),

active_spans as (

    select
        work_item_id,
        person_id,
        time_zone,
        from_at,
        to_at,
        {{ local_day('from_at', 'time_zone') }} as first_day,
        {{ local_day("(to_at - interval 1 microsecond)", 'time_zone') }} as last_day
    from active
    where from_at < to_at

)

select * from active_spans
