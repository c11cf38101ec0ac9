{#- Each edge's time, cut where any edge of the same lower node begins or ends, or begins or
    ceases to lead to an anchor. Within a piece the node's edges and where they lead are the
    same. -#}

with

edges as (

    select
        edge_id,
        from_node_id,
        to_node_id,
        relation,
        weight,
        period_from,
        period_to
    from {{ ref('int_edge_validity') }}

),

leading_edges as (

    select
        edges.edge_id,
        edges.from_node_id,
        greatest(edges.period_from, anchored.period_from) as period_from,
        least(edges.period_to, anchored.period_to) as period_to
    from edges
    inner join {{ ref('int_anchored_periods') }} as anchored
        on
            edges.to_node_id = anchored.node_id
            and edges.period_from < anchored.period_to
            and edges.period_to > anchored.period_from

),

cuts as (

    select
        from_node_id,
        period_from as day
    from edges
    union
    select
        from_node_id,
        period_to as day
    from edges
    union
    select
        from_node_id,
        period_from as day
    from leading_edges
    union
    select
        from_node_id,
        period_to as day
    from leading_edges

),

pieces as (

    select
        from_node_id,
        day as period_from,
        lead(day) over (partition by from_node_id order by day) as period_to
    from cuts

),

edge_pieces as (

    select
        edges.edge_id,
        edges.from_node_id,
        edges.to_node_id,
        edges.relation,
        edges.weight,
        leading_edges.edge_id is not null as leads_to_an_anchor,
        pieces.period_from,
        pieces.period_to
    from pieces
    inner join edges
        on
            pieces.from_node_id = edges.from_node_id
            and pieces.period_from >= edges.period_from
            and pieces.period_to <= edges.period_to
    left join leading_edges
        on
            edges.edge_id = leading_edges.edge_id
            and pieces.period_from >= leading_edges.period_from
            and pieces.period_to <= leading_edges.period_to

)

select * from edge_pieces
