{#- What in the strategy of each published team invites the wrong behaviour, in each quarter: nodes
    for which nobody, or no one alone, answers, and measures of what was done instead of what
    changed. Nodes valid on some day of the quarter; what no team of the quarter answers for counts
    for `(all)` only. -#}

with

quarters as (

    select
        {{ period_start('quarter', 'day') }} as period_start,
        max(day) as last_day
    from {{ ref('int_slices') }}
    group by {{ period_start('quarter', 'day') }}

),

valid_nodes as (

    select
        quarters.period_start,
        nodes.node_id,
        nodes.team_id,
        {{ has_one_owner('nodes.owner') }} as has_one_owner
    from {{ ref('stg_strategy__nodes') }} as nodes
    inner join {{ ref('int_node_validity') }} as validity on nodes.node_id = validity.node_id
    inner join quarters
        on
            validity.period_from <= quarters.last_day
            and validity.period_to > quarters.period_start

),

measures as (

    select
        node_id,
        count(*) as measures,
        count(case when kind in ('activity', 'output') then measure_id end) as activity_measures
    from {{ ref('stg_strategy__measures') }}
    group by node_id

),

named as (

    select
        valid_nodes.period_start,
        folds.published_team_id,
        valid_nodes.node_id,
        valid_nodes.has_one_owner
    from valid_nodes
    inner join {{ ref('int_team_folds') }} as folds
        on
            folds.period_type = 'quarter'
            and valid_nodes.period_start = folds.period_start
            and valid_nodes.team_id = folds.team_id

    union all

    select
        period_start,
        '(all)' as published_team_id,
        node_id,
        has_one_owner
    from valid_nodes

),

added_up as (

    select
        named.period_start,
        named.published_team_id,
        count(*) as nodes,
        count(case when not named.has_one_owner then named.node_id end) as nodes_without_one_owner,
        cast(coalesce(sum(measures.measures), 0) as bigint) as measures,
        cast(coalesce(sum(measures.activity_measures), 0) as bigint) as activity_measures
    from named
    left join measures on named.node_id = measures.node_id
    group by named.period_start, named.published_team_id

)

select * from added_up
