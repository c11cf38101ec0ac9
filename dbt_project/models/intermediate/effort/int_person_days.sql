{#- One row per person at work and day of the run: the capacity, in person-days. -#}

with

person_days as (

    select
        people_at_work.person_id,
        days.day,
        days.iso_week,
        people_at_work.time_zone,
        people_at_work.calendar_id,
        people_at_work.is_in_team
    from {{ ref('int_people_at_work') }} as people_at_work
    cross join {{ ref('int_slices') }} as days

),

working_days as (

    select
        calendar_id,
        day
    from {{ source('home', 'working_days') }}

),

member_capacity as (

    select
        memberships.person_id,
        working_days.day,
        {{ exact_sum('memberships.capacity') }} as capacity
    from {{ source('home', 'memberships') }} as memberships
    inner join working_days
        on
            memberships.calendar_id = working_days.calendar_id
            and (memberships.from_on is null or working_days.day >= memberships.from_on)
            and (memberships.to_on is null or working_days.day <= memberships.to_on)
    group by memberships.person_id, working_days.day

),

unassigned_capacity as (

    select
        person_days.person_id,
        person_days.day,
        1.0 as capacity
    from person_days
    inner join {{ ref('int_working_weeks') }} as int_working_weeks
        on
            person_days.person_id = int_working_weeks.person_id
            and person_days.iso_week = int_working_weeks.iso_week
    inner join working_days
        on
            person_days.calendar_id = working_days.calendar_id
            and person_days.day = working_days.day
    where not person_days.is_in_team

),

absences as (

    select
        person_days.person_id,
        person_days.day,
        least({{ exact_sum('absences.share') }}, 1.0) as share
    from person_days
    inner join {{ source('home', 'absences') }} as absences
        on
            person_days.person_id = absences.person_id
            and (absences.from_on is null or person_days.day >= absences.from_on)
            and (absences.to_on is null or person_days.day <= absences.to_on)
    group by person_days.person_id, person_days.day

),

days_of_persons as (

    select
        person_days.person_id,
        person_days.day,
        person_days.iso_week,
        person_days.time_zone,
        coalesce(member_capacity.capacity, unassigned_capacity.capacity, 0.0)
        * (1.0 - coalesce(absences.share, 0.0)) as capacity
    from person_days
    left join member_capacity
        on
            person_days.person_id = member_capacity.person_id
            and person_days.day = member_capacity.day
    left join unassigned_capacity
        on
            person_days.person_id = unassigned_capacity.person_id
            and person_days.day = unassigned_capacity.day
    left join absences
        on person_days.person_id = absences.person_id and person_days.day = absences.day

)

select * from days_of_persons
