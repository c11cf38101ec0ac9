{#- How loaded each person was on each day with capacity, for each published team of the month
    and for all together: the items in progress. -#}

with

names as (

    select
        period_start,
        team_id,
        published_team_id
    from {{ ref('int_published_names') }}
    where period_type = 'month'

),

days as (

    select
        capacity.person_id,
        capacity.team_id,
        capacity.day,
        {{ period_start('month', 'capacity.day') }} as period_start,
        units.active_items
    from {{ ref('int_capacity') }} as capacity
    inner join {{ ref('int_day_units') }} as units
        on capacity.person_id = units.person_id and capacity.day = units.day
    where capacity.capacity > 0

),

named as (

    -- Two teams of one person under one name are one
    select
        days.period_start,
        names.published_team_id,
        days.person_id,
        days.day,
        max(days.active_items) as active_items
    from days
    inner join names on days.period_start = names.period_start and days.team_id = names.team_id
    group by days.period_start, names.published_team_id, days.person_id, days.day

),

counted as (

    select
        period_start,
        published_team_id,
        count(*) as days_at_work,
        cast(sum(active_items) as bigint) as item_days,
        count(case when active_items > 5 then day end) as crowded_days
    from named
    group by period_start, published_team_id

)

select * from counted
