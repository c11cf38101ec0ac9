{#- Where each series stands: the side of its latest signal within its last eight closed points,
    which is as far back as the longest rule looks. An older signal is history. -#}

with

signals as (

    select
        series_type,
        series_id,
        period_start,
        point_number,
        closed_points,
        signal_side
    from {{ ref('int_series_signals') }}
    where is_closed

),

verdicts as (

    select
        series_type,
        series_id,
        max(closed_points) as closed_points,
        max(period_start) as latest_period_start,
        coalesce(max_by(
            signal_side,
            case
                when signal_side <> 0 and point_number > closed_points - 8 then point_number
            end
        ), 0) as verdict_side
    from signals
    group by series_type, series_id

)

select * from verdicts
