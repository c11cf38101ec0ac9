{#- How often people of each published team went over their capacity in a week, and what they
    worked on days without any, by the month in which the week begins. -#}

with

worked as (

    select
        person_id,
        day,
        person_days
    from {{ ref('int_manual_effort_days') }}
    union all
    select
        person_id,
        day,
        person_days
    from {{ ref('int_logged_effort_days') }}

),

by_day as (

    select
        person_id,
        day,
        {{ exact_sum('person_days') }} as person_days
    from worked
    group by person_id, day

),

weeks as (

    select
        capacity.person_id,
        capacity.team_id,
        capacity.iso_week,
        {{ exact_sum('capacity.capacity') }} as capacity,
        {{ exact_sum('coalesce(by_day.person_days, 0) * shares.team_share') }} as person_days,
        {{ exact_sum(
            'case
                when capacity.capacity > 0 then 0
                else coalesce(by_day.person_days, 0) * shares.team_share
            end'
        ) }} as non_working_days
    from {{ ref('int_capacity') }} as capacity
    inner join {{ ref('int_team_shares') }} as shares
        on
            capacity.person_id = shares.person_id
            and capacity.team_id = shares.team_id
            and capacity.day = shares.day
    left join by_day on capacity.person_id = by_day.person_id and capacity.day = by_day.day
    group by capacity.person_id, capacity.team_id, capacity.iso_week

),

named as (

    select
        names.period_start,
        names.published_team_id,
        weeks.person_id,
        weeks.iso_week,
        {{ exact_sum('weeks.capacity') }} as capacity,
        {{ exact_sum('weeks.person_days') }} as person_days,
        {{ exact_sum('weeks.non_working_days') }} as non_working_days
    from weeks
    inner join {{ ref('int_published_names') }} as names
        on
            names.period_type = 'month'
            and names.period_start = {{ period_start('month', 'weeks.iso_week') }}
            and weeks.team_id = names.team_id
    group by names.period_start, names.published_team_id, weeks.person_id, weeks.iso_week

),

counted as (

    select
        period_start,
        published_team_id,
        count(case when capacity > 0 then iso_week end) as person_weeks,
        count(case when capacity > 0 and person_days > capacity + 1e-6 then iso_week end)
            as over_capacity_weeks,
        {{ exact_sum('person_days') }} as logged_and_manual_days,
        {{ exact_sum('non_working_days') }} as non_working_days
    from named
    group by period_start, published_team_id

)

select * from counted
