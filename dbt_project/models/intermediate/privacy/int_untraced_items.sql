{#- Untraced person-days over the whole range by work item and published team. -#}

with

untraced as (

    select
        team_id,
        work_item_id,
        {{ exact_sum('person_days') }} as person_days
    from {{ ref('int_allocation') }}
    where bucket = 'untraced'
    group by team_id, work_item_id

),

team_folds as (

    select
        team_id,
        published_team_id
    from {{ ref('int_team_folds') }}
    where period_type = 'all'

),

by_published_team as (

    select
        untraced.work_item_id,
        team_folds.published_team_id as team_id,
        {{ exact_sum('untraced.person_days') }} as person_days
    from untraced
    inner join team_folds on untraced.team_id = team_folds.team_id
    group by untraced.work_item_id, team_folds.published_team_id

)

select * from by_published_team
