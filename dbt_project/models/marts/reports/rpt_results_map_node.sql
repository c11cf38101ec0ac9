{#- What the organisation wants to change, in four layers, with the effort that goes there and
    where a chain breaks. Outputs hang beside it. -#}

with

run_day as (

    select {{ add_days('as_of', -1) }} as last_day from {{ ref('stg_strategy__run_day') }}

),

effort as (

    select
        node_effort.node_id,
        {{ exact_sum('node_effort.direct') }} as direct,
        {{ exact_sum('node_effort.rolled_up') }} as rolled_up,
        {{ exact_sum(
            'case
                when node_effort.slice_start >= windows.window_start then node_effort.rolled_up
                else 0
            end'
        ) }} as recent_rolled_up
    from {{ ref('int_node_effort') }} as node_effort
    inner join {{ ref('int_window_starts') }} as windows on windows.window_days = 56
    group by node_effort.node_id

),

without_reason as (

    -- Of each node, the nearest edge above it that nobody gave a reason for
    select
        ancestors.node_id,
        edges.from_node_id,
        edges.to_node_id,
        row_number() over (
            partition by ancestors.node_id
            order by ancestors.depth, edges.from_node_id, edges.to_node_id
        ) as place
    from {{ ref('int_node_ancestors') }} as ancestors
    inner join run_day
        on run_day.last_day >= ancestors.period_from and run_day.last_day < ancestors.period_to
    inner join {{ ref('int_edges_today') }} as edges
        on ancestors.ancestor_id = edges.from_node_id
    where edges.because is null

),

described as (

    select
        nodes.node_id,
        nodes.kind,
        nodes.title,
        coalesce(nodes.team_id, '(none)') as team_id,
        case
            when nodes.kind = 'purpose' then 4
            when nodes.kind = 'goal' then 3
            when nodes.kind in ('objective', 'key_result') then 2
            when nodes.kind = 'result' then 1
            else 0
        end as layer,
        nodes.kind in ('initiative', 'deliverable') as is_beside,
        coalesce(effort.direct, 0.0) as direct,
        coalesce(effort.rolled_up, 0.0) as rolled_up,
        coalesce(effort.recent_rolled_up, 0.0) as recent_rolled_up,
        nodes.grade as chain_grade,
        chains.chain_direction,
        case
            when not chains.is_complete then 'leads no further'
            when not chains.has_every_reason then 'no reason'
        end as broken_because,
        case
            when not chains.is_complete then nodes.broken_at_node_id
            when not chains.has_every_reason then without_reason.from_node_id
        end as broken_from_node_id,
        case
            when chains.is_complete and not chains.has_every_reason
                then without_reason.to_node_id
        end as broken_to_node_id
    from {{ ref('int_nodes_today') }} as nodes
    inner join {{ ref('int_node_chains') }} as chains on nodes.node_id = chains.node_id
    left join effort on nodes.node_id = effort.node_id
    left join without_reason
        on nodes.node_id = without_reason.node_id and without_reason.place = 1
    where nodes.is_valid

)

select * from described
