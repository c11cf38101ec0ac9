{#- Which teams depend on each other: a result of the one enables a result of the other. Both
    ways round, so that each pair stands twice. -#}

with

nodes as (

    select
        node_id,
        team_id
    from {{ ref('int_nodes_today') }}
    where team_id is not null

),

pairs as (

    select
        lower_nodes.team_id,
        upper_nodes.team_id as other_team_id
    from {{ ref('int_edges_today') }} as edges
    inner join nodes as lower_nodes on edges.from_node_id = lower_nodes.node_id
    inner join nodes as upper_nodes on edges.to_node_id = upper_nodes.node_id
    where edges.relation = 'enables' and lower_nodes.team_id <> upper_nodes.team_id

),

both_ways as (

    select
        team_id,
        other_team_id
    from pairs
    union
    select
        other_team_id as team_id,
        team_id as other_team_id
    from pairs

)

select * from both_ways
