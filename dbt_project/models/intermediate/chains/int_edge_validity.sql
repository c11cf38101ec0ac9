{#- From which day on and before which day each edge holds: on its own dates and while both its
    nodes are valid. A goal or a purpose ends a chain, so an edge that leaves one is left
    out. -#}

with

edges as (

    select
        row_number() over (
            order by from_node_id, to_node_id, relation, valid_from, valid_to, weight, because
        ) as edge_id,
        from_node_id,
        to_node_id,
        relation,
        because,
        coalesce(weight, 1.0) as weight,
        valid_from,
        valid_to
    from {{ ref('stg_strategy__edges') }}

),

nodes as (

    select
        node_id,
        anchor_direction,
        period_from,
        period_to
    from {{ ref('int_node_validity') }}

),

dated as (

    select
        edges.edge_id,
        edges.from_node_id,
        edges.to_node_id,
        edges.relation,
        edges.because,
        edges.weight,
        greatest(
            lower_node.period_from,
            upper_node.period_from,
            coalesce(edges.valid_from, {{ first_day() }})
        ) as period_from,
        least(
            lower_node.period_to,
            upper_node.period_to,
            coalesce({{ add_days('edges.valid_to', 1) }}, {{ last_day() }})
        ) as period_to
    from edges
    inner join nodes as lower_node on edges.from_node_id = lower_node.node_id
    inner join nodes as upper_node on edges.to_node_id = upper_node.node_id
    where
        lower_node.anchor_direction is null
        and lower_node.period_from is not null
        and upper_node.period_from is not null

),

edge_validity as (

    select * from dated
    where period_from < period_to

)

select * from edge_validity
