{#- Goals and purposes with the effort that rolled up to each over the whole range: those that are
    active, and those that are not any more but were worked for. -#}

with

nodes as (

    select
        today.node_id,
        today.kind,
        today.is_active,
        nodes.target_share
    from {{ ref('int_nodes_today') }} as today
    inner join {{ ref('stg_strategy__nodes') }} as nodes on today.node_id = nodes.node_id
    where today.kind in ('goal', 'purpose')

),

node_effort as (

    select
        node_id,
        {{ exact_sum('rolled_up') }} as rolled_up
    from {{ ref('int_node_effort') }}
    group by node_id

),

with_effort as (

    select
        nodes.node_id,
        nodes.kind,
        nodes.is_active,
        nodes.target_share,
        coalesce(node_effort.rolled_up, 0) as rolled_up
    from nodes
    left join node_effort on nodes.node_id = node_effort.node_id
    where nodes.is_active or node_effort.rolled_up > 0

)

select * from with_effort
