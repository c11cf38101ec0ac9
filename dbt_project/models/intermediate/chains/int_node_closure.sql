{#- Which node stands above which, over any edge at any date. The node itself is left out. -#}

with recursive

edges as (

    select distinct
        from_node_id,
        to_node_id
    from {{ ref('stg_strategy__edges') }}

),

closure as (

    select
        from_node_id as node_id,
        to_node_id as ancestor_id
    from edges
    union
    select
        closure.node_id,
        edges.to_node_id
    from closure
    inner join edges on closure.ancestor_id = edges.from_node_id

)

select * from closure
