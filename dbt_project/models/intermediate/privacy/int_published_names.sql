{#- Under which names the figures of a team are published in each period: its own or that of the
    fold, and `(all)`. -#}

with

team_folds as (

    select
        period_type,
        period_start,
        team_id,
        published_team_id
    from {{ ref('int_team_folds') }}

),

names as (

    select
        period_type,
        period_start,
        team_id,
        published_team_id
    from team_folds

    union all

    select
        period_type,
        period_start,
        team_id,
        '(all)' as published_team_id
    from team_folds

)

select * from names
