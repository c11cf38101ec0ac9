{#- All of time for each node, cut where it changes what effort on it counts as, with the parts
    that reach an anchor by each direction. A path with an `enables` edge is enabling; else
    its anchor says. -#}

with

anchor_paths as (

    select
        paths.node_id,
        case when paths.has_enabling_edge then 2 else anchors.anchor_direction end as direction,
        paths.weight,
        greatest(paths.period_from, anchors.period_from) as period_from,
        least(paths.period_to, anchors.period_to) as period_to
    from {{ ref('int_node_paths') }} as paths
    inner join {{ ref('int_node_validity') }} as anchors on paths.ancestor_id = anchors.node_id
    where anchors.anchor_direction is not null and anchors.period_from is not null

),

node_periods as (

    select
        node_id,
        period_from,
        period_to,
        is_valid,
        is_anchored
    from {{ ref('int_node_periods') }}

),

cuts as (

    select
        node_id,
        period_from as day
    from node_periods
    union
    select
        node_id,
        period_to as day
    from node_periods
    union
    select
        node_id,
        period_from as day
    from anchor_paths
    union
    select
        node_id,
        period_to as day
    from anchor_paths

),

pieces as (

    select
        node_id,
        day as period_from,
        lead(day) over (partition by node_id order by day) as period_to
    from cuts

),

added_up as (

    select
        pieces.node_id,
        pieces.period_from,
        pieces.period_to,
        bool_or(node_periods.is_valid) as is_valid,
        bool_or(node_periods.is_anchored) as is_anchored,
        {{ exact_sum(
            'case when anchor_paths.direction = 1 then anchor_paths.weight else 0 end'
        ) }} as outcome_weight,
        {{ exact_sum(
            'case when anchor_paths.direction = 2 then anchor_paths.weight else 0 end'
        ) }} as enabling_weight,
        {{ exact_sum(
            'case when anchor_paths.direction = 3 then anchor_paths.weight else 0 end'
        ) }} as purpose_weight
    from pieces
    inner join node_periods
        on
            pieces.node_id = node_periods.node_id
            and pieces.period_from >= node_periods.period_from
            and pieces.period_to <= node_periods.period_to
    left join anchor_paths
        on
            pieces.node_id = anchor_paths.node_id
            and pieces.period_from >= anchor_paths.period_from
            and pieces.period_to <= anchor_paths.period_to
    group by pieces.node_id, pieces.period_from, pieces.period_to

)

select * from added_up
