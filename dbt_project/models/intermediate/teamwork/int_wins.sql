{#- What is worth celebrating, by the month in which it happened and the team that answers for it:
    milestones reached, results of which a measure signalled improvement, weeks in which a linked
    item was finished (by the month of their Monday). -#}

with

months as (

    select distinct {{ period_start('month', 'day') }} as period_start
    from {{ ref('int_slices') }}

),

nodes as (

    select
        node_id,
        coalesce(team_id, '(none)') as team_id,
        is_result
    from {{ ref('int_nodes_today') }}

),

milestones as (

    select
        nodes.team_id,
        {{ period_start('month', 'milestones.done_on') }} as period_start,
        milestones.node_id || '/' || milestones.position as win_id
    from {{ ref('stg_strategy__milestones') }} as milestones
    inner join {{ ref('stg_strategy__run_day') }} as run_day
        on milestones.done_on < run_day.as_of
    inner join nodes on milestones.node_id = nodes.node_id

),

improvements as (

    select distinct
        nodes.team_id,
        nodes.node_id as win_id,
        case
            when periods.period_type = 'week'
                then {{ period_start('month', add_days('periods.period_start', 6)) }}
            else periods.period_start
        end as period_start
    from {{ ref('int_series_signals') }} as signals
    inner join {{ ref('int_measure_periods') }} as periods
        on
            signals.series_id = periods.measure_id
            and signals.period_start = periods.period_start
    inner join {{ ref('stg_strategy__measures') }} as measures
        on periods.measure_id = measures.measure_id
    inner join nodes on measures.node_id = nodes.node_id
    where
        signals.series_type = 'measure'
        and nodes.is_result
        and {{ signal_word('signals.signal_side', 'measures.better') }} = 'improving'

),

wins as (

    select
        team_id,
        period_start,
        'milestone' as kind,
        win_id
    from milestones

    union all

    select
        team_id,
        period_start,
        'improvement' as kind,
        win_id
    from improvements

    union all

    select
        team_id,
        {{ period_start('month', 'iso_week') }} as period_start,
        'week' as kind,
        cast(iso_week as varchar) as win_id
    from {{ ref('int_team_finished_weeks') }}

),

in_range as (

    select wins.*
    from wins
    inner join months on wins.period_start = months.period_start

)

select * from in_range
