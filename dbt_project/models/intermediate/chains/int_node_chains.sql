{#- How each node's chain stands on the last day of the run: whether it is complete (leads to an
    anchor), whether one path to an anchor has a reason on every edge, and the direction that most
    of it takes (of equal parts the first of strategy, teams, purpose). -#}

with recursive

run_day as (

    select {{ add_days('as_of', -1) }} as last_day from {{ ref('stg_strategy__run_day') }}

),

nodes as (

    select
        node_id,
        anchor_direction,
        is_valid
    from {{ ref('int_nodes_today') }}

),

edges_with_reason as (

    select
        int_edge_validity.from_node_id,
        int_edge_validity.to_node_id
    from {{ ref('int_edge_validity') }} as int_edge_validity
    inner join run_day
        on
            int_edge_validity.period_from <= run_day.last_day
            and int_edge_validity.period_to > run_day.last_day
    where trim(coalesce(int_edge_validity.because, '')) <> ''

),

reasoned as (

    select node_id from nodes
    where is_valid and anchor_direction is not null
    union
    select nodes.node_id
    from reasoned
    inner join edges_with_reason on reasoned.node_id = edges_with_reason.to_node_id
    inner join nodes on edges_with_reason.from_node_id = nodes.node_id
    where nodes.is_valid

),

directions as (

    -- The last digits of a weight must not decide between equal parts
    select
        int_node_directions.node_id,
        int_node_directions.is_anchored,
        case
            when not int_node_directions.is_anchored then '(none)'
            when
                outcome_weight >= greatest(enabling_weight, purpose_weight) - 1e-9
                then 'strategy'
            when enabling_weight >= purpose_weight - 1e-9 then 'teams'
            else 'purpose'
        end as chain_direction
    from {{ ref('int_node_directions') }} as int_node_directions
    inner join run_day
        on
            int_node_directions.period_from <= run_day.last_day
            and int_node_directions.period_to > run_day.last_day

),

node_chains as (

    select
        nodes.node_id,
        coalesce(directions.is_anchored, false) as is_complete,
        reasoned.node_id is not null as has_every_reason,
        coalesce(directions.chain_direction, '(none)') as chain_direction
    from nodes
    left join directions on nodes.node_id = directions.node_id
    left join reasoned on nodes.node_id = reasoned.node_id

)

select * from node_chains
