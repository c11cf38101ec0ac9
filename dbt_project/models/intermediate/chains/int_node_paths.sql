{#- What part of each node reaches each node above it, by number of edges, by whether one of
    them is an `enables` edge, and by period. Paths that agree in all of these are added up
    at every step, so the cost follows the number of pairs of nodes, not the number of
    paths. -#}

with recursive

shares as (

    select
        from_node_id,
        to_node_id,
        relation = 'enables' as is_enabling,
        share,
        period_from,
        period_to
    from {{ ref('int_edge_shares') }}

),

paths as (

    select
        node_id,
        node_id as ancestor_id,
        false as has_enabling_edge,
        0 as depth,
        {{ first_day() }} as period_from,
        {{ last_day() }} as period_to,
        cast(1 as double) as weight
    from {{ ref('int_node_validity') }}
    union all
    select
        paths.node_id,
        shares.to_node_id as ancestor_id,
        paths.has_enabling_edge or shares.is_enabling as has_enabling_edge,
        paths.depth + 1 as depth,
        greatest(paths.period_from, shares.period_from) as period_from,
        least(paths.period_to, shares.period_to) as period_to,
        cast(sum(paths.weight * shares.share) as double) as weight
    from paths
    inner join shares
        on
            paths.ancestor_id = shares.from_node_id
            and paths.period_from < shares.period_to
            and paths.period_to > shares.period_from
    group by
        paths.node_id,
        shares.to_node_id,
        paths.has_enabling_edge or shares.is_enabling,
        paths.depth + 1,
        greatest(paths.period_from, shares.period_from),
        least(paths.period_to, shares.period_to)

)

select * from paths
