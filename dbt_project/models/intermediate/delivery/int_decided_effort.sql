{#- What was worked on the nodes that a decision starts or stops and on all that fed them,
    slice by slice. What fed a stopped node is asked for the day before the decision: its
    edges end with it, and work that goes on below is what the decision did not stop. -#}

with

decided as (

    select
        decision_id,
        action,
        node_id,
        day
    from {{ ref('stg_strategy__decisions') }}

),

parts as (

    select
        decided.decision_id,
        decided.action,
        ancestors.node_id,
        least(sum(ancestors.weight), 1.0) as weight,
        {{ first_day() }} as period_from,
        {{ last_day() }} as period_to
    from decided
    inner join {{ ref('int_node_ancestors') }} as ancestors
        on
            decided.node_id = ancestors.ancestor_id
            and {{ add_days('decided.day', -1) }} >= ancestors.period_from
            and {{ add_days('decided.day', -1) }} < ancestors.period_to
    where decided.action = 'stops'
    group by decided.decision_id, decided.action, ancestors.node_id
    union all
    select
        decided.decision_id,
        decided.action,
        ancestors.node_id,
        ancestors.weight,
        ancestors.period_from,
        ancestors.period_to
    from decided
    inner join {{ ref('int_node_ancestors') }} as ancestors
        on decided.node_id = ancestors.ancestor_id
    where decided.action = 'starts'

),

effort as (

    select
        parts.decision_id,
        parts.action,
        node_effort.slice_start,
        {{ exact_sum('node_effort.direct * parts.weight') }} as person_days
    from parts
    inner join {{ ref('int_node_effort') }} as node_effort
        on
            parts.node_id = node_effort.node_id
            and node_effort.slice_start >= parts.period_from
            and node_effort.slice_start < parts.period_to
    where node_effort.direct > 0
    group by parts.decision_id, parts.action, node_effort.slice_start

)

select * from effort
