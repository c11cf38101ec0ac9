{#- The shares of the organisation's effort month by month, with the limits within which they vary
    anyway, and what is a signal. -#}

with

shares as (

    -- Of three shares neither more nor less is better: their mix is a choice
    select
        *,
        case
            when share_name = 'traced' then 'higher'
            when share_name in ('unanchored', 'retired', 'unknown_id', 'untraced') then 'lower'
        end as better
    from {{ ref('int_share_periods') }}

),

signals as (

    select * from {{ ref('int_series_signals') }}
    where series_type = 'share'

),

verdicts as (

    select * from {{ ref('int_series_verdicts') }}
    where series_type = 'share'

),

described as (

    select
        shares.share_name,
        shares.period_start,
        'month' as period_type,
        'share (0 to 1)' as unit,
        shares.better,
        shares.part_days,
        shares.allocated_days,
        shares.value,
        shares.reason,
        shares.is_closed,
        coalesce(shares.period_start = verdicts.latest_period_start, false) as is_latest,
        cast(signals.point_number as bigint) as point_number,
        cast(coalesce(signals.closed_points, 0) as bigint) as closed_points,
        signals.moving_range,
        signals.centre_line,
        case when signals.lower_limit < 0 then 0.0 else signals.lower_limit end as lower_limit,
        case when signals.upper_limit > 1 then 1.0 else signals.upper_limit end as upper_limit,
        coalesce(signals.is_outside, false) as is_outside,
        coalesce(signals.is_long_run, false) as is_long_run,
        coalesce(signals.is_short_run, false) as is_short_run,
        case
            when not shares.is_closed or shares.value is null then 'not tested'
            when signals.closed_points < 6 then 'too early to say'
            else {{ signal_word('signals.signal_side', 'shares.better') }}
        end as signal,
        case
            when coalesce(verdicts.closed_points, 0) < 6 then 'too early to say'
            else {{ signal_word('verdicts.verdict_side', 'shares.better') }}
        end as verdict
    from shares
    left join signals
        on
            shares.share_name = signals.series_id
            and shares.period_start = signals.period_start
    left join verdicts on shares.share_name = verdicts.series_id

)

select * from described
