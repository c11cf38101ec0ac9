{#- Who has capacity in each team in each week, month, quarter and in the whole range.
    A team that has figures but nobody with capacity keeps a row without a person, so that
    privacy can fold it like any other small team. -#}

with

settings as (

    select since from {{ source('home', 'settings') }}

),

members as (

    -- A week and a month decide every period: a person's days in both are one row
    select distinct
        person_id,
        team_id,
        greatest(iso_week, {{ period_start('month', 'day') }}) as day
    from {{ ref('int_capacity') }}
    where capacity > 0

),

teams_with_figures as (

    select distinct
        team_id,
        slice_start as day
    from {{ ref('int_allocation') }}

    union distinct

    select
        team_id,
        completed_on as day
    from {{ ref('int_imputed_allocation') }}
    where person_days is not null

),

present as (

    select
        person_id,
        team_id,
        day
    from members

    union all

    select
        cast(null as varchar) as person_id,
        team_id,
        day
    from teams_with_figures

),

by_period as (

    {%- for period_type in ['week', 'month', 'quarter'] %}

        select distinct
            '{{ period_type }}' as period_type,
            {{ period_start(period_type, 'day') }} as period_start,
            team_id,
            person_id
        from present

        union all
    {%- endfor %}

    select distinct
        'all' as period_type,
        settings.since as period_start,
        present.team_id,
        present.person_id
    from present
    cross join settings

)

select * from by_period
