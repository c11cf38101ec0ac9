{#- Whether the direction that each team declares leads anywhere: a goal, or an objective that
    a chain may end in (strategy); a purpose (purpose); an anchored node of its own that
    enables others (teams). -#}

with

run_day as (

    select {{ add_days('as_of', -1) }} as last_day from {{ ref('stg_strategy__run_day') }}

),

anchors as (

    select
        coalesce(bool_or(anchor_direction = 1), false) as has_goal,
        coalesce(bool_or(anchor_direction = 3), false) as has_purpose
    from {{ ref('int_nodes_today') }}
    where is_valid and anchor_direction is not null

),

enabling_teams as (

    select distinct nodes.team_id
    from {{ ref('int_nodes_today') }} as nodes
    inner join {{ ref('int_node_directions') }} as directions
        on nodes.node_id = directions.node_id
    inner join run_day
        on run_day.last_day >= directions.period_from and run_day.last_day < directions.period_to
    where directions.is_anchored and directions.enabling_weight > 0

),

judged as (

    select
        teams.team_id,
        teams.name as team_name,
        teams.direction as declared_direction,
        case teams.direction
            when 'strategy' then anchors.has_goal
            when 'teams' then enabling_teams.team_id is not null
            when 'purpose' then anchors.has_purpose
            else false
        end as has_anchor
    from {{ source('home', 'teams') }} as teams
    cross join anchors
    left join enabling_teams on teams.team_id = enabling_teams.team_id

)

select * from judged
