{#- Which edges hold on the last day of the run, with what they carried. Edges that are written more
    than once between two nodes are one. -#}

with

run_day as (

    select {{ add_days('as_of', -1) }} as last_day from {{ ref('stg_strategy__run_day') }}

),

edges as (

    select
        edges.from_node_id,
        edges.to_node_id,
        edges.relation,
        max(nullif(trim(coalesce(edges.because, '')), '')) as because
    from {{ ref('int_edge_validity') }} as edges
    inner join run_day
        on run_day.last_day >= edges.period_from and run_day.last_day < edges.period_to
    group by edges.from_node_id, edges.to_node_id, edges.relation

),

windows as (

    select window_start from {{ ref('int_window_starts') }}
    where window_days = 56

),

carried as (

    select
        shares.from_node_id,
        shares.to_node_id,
        shares.relation,
        {{ exact_sum('node_effort.rolled_up * shares.share') }} as person_days,
        {{ exact_sum(
            'case
                when node_effort.slice_start >= windows.window_start
                    then node_effort.rolled_up * shares.share
                else 0
            end'
        ) }} as recent_person_days
    from {{ ref('int_edge_shares') }} as shares
    inner join {{ ref('int_node_effort') }} as node_effort
        on
            shares.from_node_id = node_effort.node_id
            and node_effort.slice_start >= shares.period_from
            and node_effort.slice_start < shares.period_to
    cross join windows
    group by shares.from_node_id, shares.to_node_id, shares.relation

),

described as (

    select
        edges.from_node_id,
        edges.to_node_id,
        edges.relation,
        edges.because,
        coalesce(carried.person_days, 0.0) as person_days,
        coalesce(carried.recent_person_days, 0.0) as recent_person_days,
        chains.is_complete as leads_to_anchor
    from edges
    inner join {{ ref('int_node_chains') }} as chains on edges.to_node_id = chains.node_id
    left join carried
        on
            edges.from_node_id = carried.from_node_id
            and edges.to_node_id = carried.to_node_id
            and edges.relation = carried.relation

)

select * from described
