{#- A row per node, ancestor and period: which part of the node reaches the ancestor (all paths
    added up) and by how few edges. The node itself is its own ancestor, always, with weight
    1. -#}

with

paths as (

    select
        node_id,
        ancestor_id,
        depth,
        weight,
        period_from,
        period_to
    from {{ ref('int_node_paths') }}

),

cuts as (

    select
        node_id,
        ancestor_id,
        period_from as day
    from paths
    union
    select
        node_id,
        ancestor_id,
        period_to as day
    from paths

),

pieces as (

    select
        node_id,
        ancestor_id,
        day as period_from,
        lead(day) over (partition by node_id, ancestor_id order by day) as period_to
    from cuts

),

added_up as (

    select
        pieces.node_id,
        pieces.ancestor_id,
        pieces.period_from,
        pieces.period_to,
        {{ exact_sum('paths.weight') }} as weight,
        min(paths.depth) as depth
    from pieces
    inner join paths
        on
            pieces.node_id = paths.node_id
            and pieces.ancestor_id = paths.ancestor_id
            and pieces.period_from >= paths.period_from
            and pieces.period_to <= paths.period_to
    group by pieces.node_id, pieces.ancestor_id, pieces.period_from, pieces.period_to

),

marked as (

    select
        *,
        case
            when
                lag(period_to) over same_pair = period_from
                and lag(depth) over same_pair = depth
                and abs(lag(weight) over same_pair - weight) < 1e-11
                then 0
            else 1
        end as starts_a_period
    from added_up
    window same_pair as (partition by node_id, ancestor_id order by period_from)

),

numbered as (

    select
        *,
        sum(starts_a_period) over (
            partition by node_id, ancestor_id
            order by period_from
            rows between unbounded preceding and current row
        ) as period_number
    from marked

),

node_ancestors as (

    select
        node_id,
        ancestor_id,
        min(period_from) as period_from,
        max(period_to) as period_to,
        min(weight) as weight,
        min(depth) as depth
    from numbered
    group by node_id, ancestor_id, period_number

)

select * from node_ancestors
