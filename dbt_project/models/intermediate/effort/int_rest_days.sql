{#- What is left of each person's day to be split by status: the capacity less the manual part, less
    the week's share of logged time. Only weeks reconcile, not days. -#}

with

person_days as (

    select * from {{ ref('int_person_days') }}

),

manual as (

    select
        person_id,
        day,
        {{ exact_sum('person_days') }} as person_days
    from {{ ref('int_manual_effort_days') }}
    group by person_id, day

),

logged as (

    select
        person_id,
        cast(date_trunc('week', day) as date) as iso_week,
        {{ exact_sum('person_days') }} as person_days
    from {{ ref('int_logged_effort_days') }}
    group by person_id, cast(date_trunc('week', day) as date)

),

free as (

    select
        person_days.person_id,
        person_days.day,
        person_days.iso_week,
        person_days.time_zone,
        greatest(person_days.capacity - coalesce(manual.person_days, 0.0), 0.0) as free_days
    from person_days
    left join manual
        on person_days.person_id = manual.person_id and person_days.day = manual.day

),

with_weeks as (

    select
        *,
        sum(free_days) over (
            partition by person_id, iso_week
            order by day
            rows between unbounded preceding and unbounded following
        ) as free_days_of_week
    from free

),

rest_days as (

    select
        with_weeks.person_id,
        with_weeks.day,
        with_weeks.iso_week,
        with_weeks.time_zone,
        case
            when logged.person_days is null then with_weeks.free_days
            when with_weeks.free_days_of_week <= 0 then 0.0
            else
                with_weeks.free_days
                * greatest(0.0, 1.0 - logged.person_days / with_weeks.free_days_of_week)
        end as rest_days
    from with_weeks
    left join logged
        on with_weeks.person_id = logged.person_id and with_weeks.iso_week = logged.iso_week

)

select * from rest_days
