{#- Where each person-day went, by ISO week and published team. -#}

with

allocation as (

    select
        {{ period_start('week', 'slice_start') }} as week,
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
        allocation.week,
        team_folds.published_team_id as team_id,
        allocation.work_item_id,
        allocation.node_id,
        allocation.bucket,
        allocation.direction,
        allocation.strength,
        allocation.basis,
        {{ exact_sum('allocation.person_days') }} as person_days
    from allocation
    inner join team_folds
        on allocation.week = team_folds.week and allocation.team_id = team_folds.team_id
    group by all

)

select * from by_published_team
