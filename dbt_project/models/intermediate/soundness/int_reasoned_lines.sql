{#- Which results stand on the reasoned chains of a result: itself, and every result that it leads
    to over edges with a reason towards nodes that themselves lead to an anchor for reasons given. -#}

with recursive

reasoned as (

    select
        nodes.node_id,
        nodes.is_result
    from {{ ref('int_nodes_today') }} as nodes
    inner join {{ ref('int_node_chains') }} as chains on nodes.node_id = chains.node_id
    where nodes.is_valid and chains.has_every_reason

),

edges as (

    select
        edges.from_node_id,
        edges.to_node_id
    from {{ ref('int_edges_today') }} as edges
    inner join reasoned on edges.to_node_id = reasoned.node_id
    where edges.because is not null

),

lines as (

    select
        node_id,
        node_id as upper_node_id
    from reasoned
    where is_result
    union
    select
        lines.node_id,
        edges.to_node_id as upper_node_id
    from lines
    inner join edges on lines.upper_node_id = edges.from_node_id

),

reasoned_lines as (

    select
        lines.node_id,
        lines.upper_node_id
    from lines
    inner join reasoned on lines.upper_node_id = reasoned.node_id
    where reasoned.is_result

)

select * from reasoned_lines
