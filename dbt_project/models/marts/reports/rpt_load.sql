{#- How loaded each published team was in each month. Never by person. -#}

with

loads as (

    select
        period_start,
        published_team_id,
        days_at_work,
        item_days,
        crowded_days
    from {{ ref('int_person_loads') }}

),

overload as (

    select
        period_start,
        published_team_id,
        person_weeks,
        over_capacity_weeks,
        logged_and_manual_days,
        non_working_days
    from {{ ref('int_team_overload') }}

),

together as (

    select
        coalesce(loads.period_start, overload.period_start) as period_start,
        coalesce(loads.published_team_id, overload.published_team_id) as team_id,
        coalesce(loads.days_at_work, 0) as days_at_work,
        coalesce(loads.item_days, 0) as item_days,
        coalesce(loads.crowded_days, 0) as crowded_days,
        coalesce(overload.person_weeks, 0) as person_weeks,
        coalesce(overload.over_capacity_weeks, 0) as over_capacity_weeks,
        coalesce(overload.logged_and_manual_days, 0.0) as logged_and_manual_days,
        coalesce(overload.non_working_days, 0.0) as non_working_days
    from loads
    full outer join overload
        on
            loads.period_start = overload.period_start
            and loads.published_team_id = overload.published_team_id

),

load as (

    select
        team_id,
        period_start,
        days_at_work,
        item_days,
        item_days * 1.0 / nullif(days_at_work, 0) as items_per_person,
        crowded_days,
        crowded_days * 1.0 / nullif(days_at_work, 0) as crowded_share,
        person_weeks,
        over_capacity_weeks,
        over_capacity_weeks * 1.0 / nullif(person_weeks, 0) as over_capacity_share,
        logged_and_manual_days,
        non_working_days,
        case when days_at_work = 0 then 'no capacity' end as reason
    from together

)

select * from load
