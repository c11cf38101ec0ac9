{#- The valid results of each team: how many, how much of everybody's effort of the last 56
    days went there, what of both is on chains with every reason, and how well those chains
    are measured. -#}

with

recent as (

    select
        node_effort.node_id,
        {{ exact_sum('node_effort.rolled_up') }} as person_days
    from {{ ref('int_node_effort') }} as node_effort
    inner join {{ ref('int_window_starts') }} as windows
        on windows.window_days = 56 and node_effort.slice_start >= windows.window_start
    group by node_effort.node_id

),

results as (

    select
        nodes.team_id,
        nodes.node_id,
        chains.has_every_reason,
        coalesce(recent.person_days, 0.0) as person_days
    from {{ ref('int_nodes_today') }} as nodes
    inner join {{ ref('int_node_chains') }} as chains on nodes.node_id = chains.node_id
    left join recent on nodes.node_id = recent.node_id
    where nodes.is_valid and nodes.is_result and nodes.team_id is not null

),

counted as (

    select
        team_id,
        count(*) as results,
        count(case when has_every_reason then node_id end) as reasoned_results,
        {{ exact_sum('person_days') }} as result_days,
        {{ exact_sum('case when has_every_reason then person_days else 0 end') }} as reasoned_days
    from results
    group by team_id

),

on_their_chains as (

    select
        results.team_id,
        count(distinct lines.upper_node_id) as chain_results,
        count(distinct evidenced.node_id) as evidenced_results
    from results
    inner join {{ ref('int_reasoned_lines') }} as lines on results.node_id = lines.node_id
    left join {{ ref('int_evidenced_nodes') }} as evidenced
        on lines.upper_node_id = evidenced.node_id
    group by results.team_id

),

team_results as (

    select
        counted.team_id,
        counted.results,
        counted.reasoned_results,
        counted.result_days,
        counted.reasoned_days,
        coalesce(on_their_chains.chain_results, 0) as chain_results,
        coalesce(on_their_chains.evidenced_results, 0) as evidenced_results
    from counted
    left join on_their_chains on counted.team_id = on_their_chains.team_id

)

select * from team_results
