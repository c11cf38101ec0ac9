{#- What leads to what on the last day of the run, with what it carried. -#}

with

nodes as (

    select
        node_id,
        kind
    from {{ ref('int_nodes_today') }}

),

edges as (

    select
        edges.from_node_id,
        edges.to_node_id,
        edges.relation,
        edges.because,
        edges.person_days,
        edges.recent_person_days,
        edges.because is not null as has_reason,
        edges.leads_to_anchor,
        nodes.kind in ('initiative', 'deliverable') as is_beside
    from {{ ref('int_edges_today') }} as edges
    inner join nodes on edges.from_node_id = nodes.node_id

)

select * from edges
