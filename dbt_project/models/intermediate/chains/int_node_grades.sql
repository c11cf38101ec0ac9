{#- The grade of each node's chain on the last day of the run, by its best path: the worst of
    what stands on a path grades the path (1 A, 2 B, 3 C); without a path to an anchor it is
    D. For those, where the chain breaks: the nearest node that is reached and leads no
    further. -#}

with recursive

run_day as (

    select {{ add_days('as_of', -1) }} as last_day from {{ ref('stg_strategy__run_day') }}

),

edges as (

    select
        int_edge_validity.from_node_id,
        int_edge_validity.to_node_id,
        case when trim(coalesce(int_edge_validity.because, '')) = '' then 3 else 1 end as reasoning
    from {{ ref('int_edge_validity') }} as int_edge_validity
    inner join run_day
        on
            int_edge_validity.period_from <= run_day.last_day
            and int_edge_validity.period_to > run_day.last_day

),

nodes as (

    select
        int_node_validity.node_id,
        int_node_validity.anchor_direction,
        measurements.measurement,
        run_day.last_day is not null as is_valid
    from {{ ref('int_node_validity') }} as int_node_validity
    inner join {{ ref('int_node_measurements') }} as measurements
        on int_node_validity.node_id = measurements.node_id
    left join run_day
        on
            int_node_validity.period_from <= run_day.last_day
            and int_node_validity.period_to > run_day.last_day

),

graded_paths as (

    select
        node_id,
        measurement as grade_number
    from nodes
    where is_valid and anchor_direction is not null
    union
    select
        nodes.node_id,
        greatest(graded_paths.grade_number, edges.reasoning, nodes.measurement) as grade_number
    from graded_paths
    inner join edges on graded_paths.node_id = edges.to_node_id
    inner join nodes on edges.from_node_id = nodes.node_id

),

ends as (

    -- Of an unanchored node, the nearest node it reaches from which no valid edge leads on
    select
        ancestors.node_id,
        min_by(ancestors.ancestor_id, (ancestors.depth, ancestors.ancestor_id)) as broken_at_node_id
    from {{ ref('int_node_ancestors') }} as ancestors
    inner join run_day
        on ancestors.period_from <= run_day.last_day and ancestors.period_to > run_day.last_day
    where ancestors.ancestor_id not in (select edges.from_node_id from edges)
    group by ancestors.node_id

),

graded as (

    select
        nodes.node_id,
        case min(graded_paths.grade_number)
            when 1 then 'A'
            when 2 then 'B'
            when 3 then 'C'
            else 'D'
        end as grade,
        case
            when min(graded_paths.grade_number) is null then any_value(ends.broken_at_node_id)
        end as broken_at_node_id
    from nodes
    left join graded_paths on nodes.node_id = graded_paths.node_id
    left join ends on nodes.node_id = ends.node_id
    group by nodes.node_id

)

select * from graded
