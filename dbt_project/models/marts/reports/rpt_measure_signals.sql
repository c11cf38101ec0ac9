{#- Every measure over time, the limits within which it varies anyway, and what is a signal. -#}

with

measures as (

    select
        measure_id,
        node_id,
        title,
        unit,
        better
    from {{ ref('stg_strategy__measures') }}

),

periods as (

    select
        measure_id,
        period_type,
        period_start,
        observed_on
    from {{ ref('int_measure_periods') }}

),

signals as (

    select * from {{ ref('int_series_signals') }}
    where series_type = 'measure'

),

verdicts as (

    select * from {{ ref('int_series_verdicts') }}
    where series_type = 'measure'

),

described as (

    select
        periods.measure_id,
        periods.period_start,
        periods.period_type,
        measures.node_id,
        measures.title,
        measures.unit,
        measures.better,
        periods.observed_on,
        signals.value,
        signals.is_closed,
        coalesce(periods.period_start = verdicts.latest_period_start, false) as is_latest,
        cast(signals.point_number as bigint) as point_number,
        cast(signals.closed_points as bigint) as closed_points,
        signals.moving_range,
        signals.centre_line,
        signals.lower_limit,
        signals.upper_limit,
        signals.is_outside,
        signals.is_long_run,
        signals.is_short_run,
        case
            when not signals.is_closed then 'not tested'
            when signals.closed_points < 6 then 'too early to say'
            else {{ signal_word('signals.signal_side', 'measures.better') }}
        end as signal,
        case
            when coalesce(verdicts.closed_points, 0) < 6 then 'too early to say'
            else {{ signal_word('verdicts.verdict_side', 'measures.better') }}
        end as verdict
    from periods
    inner join measures on periods.measure_id = measures.measure_id
    inner join signals
        on periods.measure_id = signals.series_id and periods.period_start = signals.period_start
    left join verdicts on periods.measure_id = verdicts.series_id

)

select * from described
