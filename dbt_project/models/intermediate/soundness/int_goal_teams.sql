{#- Which published teams, of which functions, put effort into each node in which a chain may
    end, in the whole range. A fold of small teams has no function. -#}

with

anchors as (

    select node_id
    from {{ ref('int_node_validity') }}
    where anchor_direction is not null

),

team_effort as (

    select
        team_id,
        node_id,
        slice_start,
        {{ exact_sum('person_days') }} as person_days
    from {{ ref('int_allocation') }}
    where node_id <> '(none)' and person_days > 0
    group by team_id, node_id, slice_start

),

rolled_up as (

    select
        anchors.node_id,
        folds.published_team_id as team_id,
        {{ exact_sum('team_effort.person_days * ancestors.weight') }} as person_days
    from team_effort
    inner join {{ ref('int_node_ancestors') }} as ancestors
        on
            team_effort.node_id = ancestors.node_id
            and team_effort.slice_start >= ancestors.period_from
            and team_effort.slice_start < ancestors.period_to
    inner join anchors on ancestors.ancestor_id = anchors.node_id
    inner join {{ ref('int_team_folds') }} as folds
        on team_effort.team_id = folds.team_id and folds.period_type = 'all'
    group by anchors.node_id, folds.published_team_id

),

goal_teams as (

    select
        rolled_up.node_id,
        rolled_up.team_id,
        coalesce(teams.function, '(none)') as team_function,
        rolled_up.person_days
    from rolled_up
    left join {{ source('home', 'teams') }} as teams on rolled_up.team_id = teams.team_id

)

select * from goal_teams
