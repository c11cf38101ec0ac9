{#- Three kinds of misalignment, by published team and quarter: of effort with the strategy,
    of tools with the work, of owners and measures with results. -#}

with

shares as (

    select
        period_start,
        team_id,
        traced_days,
        allocated_days,
        1 - traced_share as strategic_misalignment,
        reason
    from {{ ref('int_traced_shares') }}
    where period_type = 'quarter'

),

work as (

    select * from {{ ref('int_misalignment_of_work') }}

),

nodes as (

    select * from {{ ref('int_misalignment_of_nodes') }}

),

described as (

    select
        shares.team_id,
        shares.period_start,
        shares.traced_days,
        shares.allocated_days,
        shares.strategic_misalignment,
        shares.reason,
        coalesce(work.trackers_in_use, 0) as trackers_in_use,
        coalesce(work.sources_in_use, 0) as sources_in_use,
        coalesce(work.linked_items, 0) as linked_items,
        coalesce(work.linked_items_across, 0) as linked_items_across,
        work.linked_items_across * 1.0 / nullif(work.linked_items, 0) as across_share,
        coalesce(work.days_in_progress, 0.0) as days_in_progress,
        coalesce(work.days_waiting, 0.0) as days_waiting,
        work.days_waiting / nullif(work.days_in_progress, 0) as waiting_share,
        coalesce(nodes.nodes, 0) as nodes,
        coalesce(nodes.nodes_without_one_owner, 0) as nodes_without_one_owner,
        nodes.nodes_without_one_owner * 1.0 / nodes.nodes as ownerless_share,
        coalesce(nodes.measures, 0) as measures,
        coalesce(nodes.activity_measures, 0) as activity_measures,
        nodes.activity_measures * 1.0 / nullif(nodes.measures, 0) as activity_measure_share
    from shares
    left join work
        on
            shares.period_start = work.period_start
            and shares.team_id = work.published_team_id
    left join nodes
        on
            shares.period_start = nodes.period_start
            and shares.team_id = nodes.published_team_id

),

reasoned as (

    select
        *,
        case when linked_items = 0 then 'no linked item' end as across_reason,
        case when days_in_progress = 0 then 'nothing in progress' end as waiting_reason,
        case when nodes = 0 then 'no node' end as ownerless_reason,
        case when measures = 0 then 'no measure' end as activity_measure_reason
    from described

)

select * from reasoned
