{#- Person-days by bucket and strength, and capacity, of each period and published team, and of all
    teams together. Effort rows have no capacity and capacity rows no effort. -#}

with

settings as (

    select since from {{ source('home', 'settings') }}

),

published_names as (

    select
        period_type,
        period_start,
        team_id,
        published_team_id
    from {{ ref('int_published_names') }}

),

effort_and_capacity as (

    select
        slice_start as day,
        team_id,
        bucket,
        strength,
        {{ exact_sum('person_days') }} as person_days,
        cast(0 as double) as capacity_days
    from {{ ref('int_allocation') }}
    group by slice_start, team_id, bucket, strength

    union all

    select
        day,
        team_id,
        '(none)' as bucket,
        '(none)' as strength,
        cast(0 as double) as person_days,
        {{ exact_sum('capacity') }} as capacity_days
    from {{ ref('int_capacity') }}
    group by day, team_id

),

with_period as (

    {%- for period_type in ['week', 'month', 'quarter'] %}

        select
            '{{ period_type }}' as period_type,
            {{ period_start(period_type, 'day') }} as period_start,
            team_id,
            bucket,
            strength,
            {{ exact_sum('person_days') }} as person_days,
            {{ exact_sum('capacity_days') }} as capacity_days
        from effort_and_capacity
        group by all

        union all
    {%- endfor %}

    select
        'all' as period_type,
        settings.since as period_start,
        effort_and_capacity.team_id,
        effort_and_capacity.bucket,
        effort_and_capacity.strength,
        {{ exact_sum('effort_and_capacity.person_days') }} as person_days,
        {{ exact_sum('effort_and_capacity.capacity_days') }} as capacity_days
    from effort_and_capacity
    cross join settings
    group by all

),

by_published_team as (

    select
        with_period.period_type,
        with_period.period_start,
        published_names.published_team_id as team_id,
        with_period.bucket,
        with_period.strength,
        {{ exact_sum('with_period.person_days') }} as person_days,
        {{ exact_sum('with_period.capacity_days') }} as capacity_days
    from with_period
    inner join published_names
        on
            with_period.period_type = published_names.period_type
            and with_period.period_start = published_names.period_start
            and with_period.team_id = published_names.team_id
    group by all

)

select * from by_published_team
