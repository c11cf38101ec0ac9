{#- Where each person-day went, by day and person. Empty where people are hidden. -#}

with

settings as (

    select people from {{ source('home', 'settings') }}

),

allocation as (

    -- Where people are not hidden a slice is one day
    select
        slice_start as day,
        {{ period_start('week', 'slice_start') }} as week,
        person_id,
        team_id,
        work_item_id,
        node_id,
        bucket,
        direction,
        strength,
        basis,
        person_days
    from {{ ref('int_allocation') }}

),

person_keys as (

    select
        person_id,
        person_key
    from {{ source('home', 'person_keys') }}

),

team_folds as (

    select
        period_start as week,
        team_id,
        published_team_id
    from {{ ref('int_team_folds') }}
    where period_type = 'week'

),

by_published_team as (

    select
        allocation.day,
        person_keys.person_key,
        team_folds.published_team_id as team_id,
        allocation.work_item_id,
        allocation.node_id,
        allocation.bucket,
        allocation.direction,
        allocation.strength,
        allocation.basis,
        {{ exact_sum('allocation.person_days') }} as person_days
    from allocation
    inner join settings on settings.people <> 'hidden'
    inner join person_keys on allocation.person_id = person_keys.person_id
    inner join team_folds
        on allocation.week = team_folds.week and allocation.team_id = team_folds.team_id
    group by all

)

select * from by_published_team
