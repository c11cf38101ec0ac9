{#- Movement beside progress: what was put into each result in each month, and how far it moved. -#}

with

results as (

    select
        nodes.node_id,
        validity.period_from,
        validity.period_to
    from {{ ref('int_nodes_today') }} as nodes
    inner join {{ ref('int_node_validity') }} as validity on nodes.node_id = validity.node_id
    where nodes.is_result

),

months as (

    select
        {{ period_start('month', 'day') }} as period_start,
        max(day) as last_day
    from {{ ref('int_slices') }}
    group by {{ period_start('month', 'day') }}

),

outcome_measures as (

    select
        node_id,
        count(*) as outcome_measures,
        count(case when target <> baseline and start_on < due_on then measure_id end)
            as measures_with_a_line
    from {{ ref('stg_strategy__measures') }}
    where kind = 'outcome'
    group by node_id

),

movement as (

    select
        node_id,
        {{ period_start('month', 'slice_start') }} as period_start,
        {{ exact_sum('rolled_up') }} as rolled_up
    from {{ ref('int_node_effort') }}
    group by node_id, {{ period_start('month', 'slice_start') }}

),

moved as (

    -- The last digits of sums and shares must not decide at exactly 1 and 0.5
    select
        results.node_id,
        months.period_start,
        coalesce(movement.rolled_up, 0.0) as rolled_up,
        coalesce(finished.items_finished, 0) as items_finished,
        coalesce(outcome_measures.outcome_measures, 0) as outcome_measures,
        coalesce(node_progress.measures_followed, 0) as measures_followed,
        coalesce(node_progress.readings, 0) as readings,
        node_progress.progress,
        case
            when node_progress.progress is not null then null
            when outcome_measures.outcome_measures is null then 'no outcome measure'
            when outcome_measures.measures_with_a_line = 0
                then 'no baseline, target, start or due'
            else 'outside start and due'
        end as reason,
        coalesce(movement.rolled_up >= 1 - 1e-9, false) as is_moving,
        node_progress.progress >= 0.5 - 1e-9 as is_progressing
    from results
    cross join months
    left join movement
        on results.node_id = movement.node_id and months.period_start = movement.period_start
    left join {{ ref('int_node_finished_items') }} as finished
        on results.node_id = finished.node_id and months.period_start = finished.period_start
    left join {{ ref('int_node_progress') }} as node_progress
        on
            results.node_id = node_progress.node_id
            and months.period_start = node_progress.period_start
    left join outcome_measures on results.node_id = outcome_measures.node_id
    where
        coalesce(
            results.period_from <= months.last_day and results.period_to > months.period_start,
            false
        )
        or movement.rolled_up > 0
        or finished.items_finished > 0

),

movement_progress as (

    select
        node_id,
        period_start,
        rolled_up,
        items_finished,
        outcome_measures,
        measures_followed,
        readings,
        progress,
        case
            when is_progressing is null then 'unknown'
            when is_moving and is_progressing then 'progress'
            when is_moving then 'motion without progress'
            when is_progressing then 'progress without recorded effort'
            else 'idle'
        end as quadrant,
        reason
    from moved

)

select * from movement_progress
