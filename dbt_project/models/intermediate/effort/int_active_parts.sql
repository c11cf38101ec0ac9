{#- The days on which an item is active for a person for a part of the day only, or that have to be
    looked at one by one because a descendant takes over on some of them: seconds within working
    hours and within the whole local day. One row per person, item and day. -#}

with

taken_over as (

    select
        person_id,
        work_item_id,
        day
    from {{ ref('int_active_days_by_descendant') }}

),

items_taken_over as (

    select distinct
        person_id,
        work_item_id
    from taken_over

),

spans as (

    select
        active_spans.*,
        items_taken_over.person_id is not null as is_taken_over
    from {{ ref('int_active_spans') }} as active_spans
    left join items_taken_over
        on
            active_spans.person_id = items_taken_over.person_id
            and active_spans.work_item_id = items_taken_over.work_item_id

),

calendar as (

    select * from {{ source('home', 'calendar') }}
    where is_in_range

),

days_to_measure as (

    -- the first and the last day of every span: those covered whole are sorted out below
    select
        spans.*,
        spans.first_day as day
    from spans
    union all
    select
        spans.*,
        spans.last_day as day
    from spans
    where spans.last_day > spans.first_day and not spans.is_taken_over
    union all
    select
        spans.*,
        calendar.day
    from spans
    inner join calendar
        on
            spans.time_zone = calendar.time_zone
            and calendar.day > spans.first_day
            and calendar.day <= spans.last_day
    where spans.is_taken_over

),

measured as (

    select
        days_to_measure.person_id,
        days_to_measure.work_item_id,
        days_to_measure.day,
        {{ seconds_between(
            'greatest(days_to_measure.from_at, calendar.day_start_at)',
            'least(days_to_measure.to_at, calendar.day_end_at)'
        ) }} as day_seconds,
        greatest(0.0, {{ seconds_between(
            'greatest(days_to_measure.from_at, calendar.work_start_at)',
            'least(days_to_measure.to_at, calendar.work_end_at)'
        ) }}) as working_seconds
    from days_to_measure
    inner join calendar
        on
            days_to_measure.time_zone = calendar.time_zone
            and days_to_measure.day = calendar.day
    left join taken_over
        on
            days_to_measure.person_id = taken_over.person_id
            and days_to_measure.work_item_id = taken_over.work_item_id
            and days_to_measure.day = taken_over.day
    where
        taken_over.day is null
        and (
            days_to_measure.is_taken_over
            or days_to_measure.from_at > calendar.day_start_at
            or days_to_measure.to_at < calendar.day_end_at
        )

),

active_parts as (

    select
        person_id,
        work_item_id,
        day,
        {{ exact_sum('day_seconds') }} as day_seconds,
        {{ exact_sum('working_seconds') }} as working_seconds
    from measured
    group by person_id, work_item_id, day

)

select * from active_parts
