{#- Clarity: how much of the effort on active nodes goes to nodes that say what they are for, in
    full: playbook score 3. -#}

with

active_nodes as (

    select node_id from {{ ref('int_nodes_today') }}
    where is_active

),

node_effort as (

    select
        node_id,
        {{ exact_sum('rolled_up') }} as rolled_up
    from {{ ref('int_node_effort') }}
    group by node_id

),

scored as (

    select
        active_nodes.node_id,
        scores.playbook_score,
        coalesce(node_effort.rolled_up, 0) as rolled_up
    from active_nodes
    inner join {{ ref('int_playbook_scores') }} as scores
        on active_nodes.node_id = scores.node_id
    left join node_effort on active_nodes.node_id = node_effort.node_id

),

counted as (

    select
        'clarity' as component,
        'effort on nodes with playbook score 3' as part,
        'person-days' as counted_in,
        coalesce(
            {{ exact_sum('case when playbook_score = 3 then rolled_up end') }}, 0
        ) as numerator,
        coalesce({{ exact_sum('rolled_up') }}, 0) as denominator,
        count(*) as n
    from scored

)

select * from counted
