{#- The XmR chart of every series: centre line and natural process limits from its first closed
    points, and at each closed point the signals that it completes. Points follow each other as
    observed: a period without a reading is no point. An open period is no point either. -#}

{%- set baseline_points = var('signal_baseline_points') %}

with

points as (

    select
        series_type,
        series_id,
        period_start,
        value,
        is_closed,
        case when is_closed then row_number() over closed_or_open end as point_number,
        case when is_closed then abs(value - lag(value) over closed_or_open) end as moving_range
    from {{ ref('int_series_points') }}
    window
        closed_or_open as (partition by series_type, series_id, is_closed order by period_start)

),

with_baseline as (

    select
        *,
        count(point_number) over same_series as closed_points,
        avg(case when point_number <= {{ baseline_points }} then value end) over same_series
            as centre_line,
        avg(case when point_number <= {{ baseline_points }} then moving_range end) over same_series
            as mean_moving_range
    from points
    window
        same_series as (
            partition by series_type, series_id
            order by period_start
            rows between unbounded preceding and unbounded following
        )

),

judged as (

    -- The last digits of a value must not decide on which side of a line it is
    select
        *,
        centre_line - 2.66 * mean_moving_range as lower_limit,
        centre_line + 2.66 * mean_moving_range as upper_limit,
        case when value >= centre_line then 1 else -1 end as side,
        abs(value - centre_line) - 1e-12 * greatest(abs(value), abs(centre_line)) as distance
    from with_baseline

),

placed as (

    -- 1 above the centre line, -1 below it, 0 at it; likewise nearer a limit than the centre line
    select
        *,
        case when distance > 0 then side else 0 end as side_of_centre,
        case when distance > 1.33 * mean_moving_range then side else 0 end as side_near_limit,
        point_number is not null as is_point,
        point_number is not null and distance > 2.66 * mean_moving_range as is_beyond
    from judged

),

tested as (

    -- Of the last four points, those near the limit that this one is near: half of (all near ones
    -- plus the balance of its side)
    select
        *,
        closed_points >= 6 and is_beyond as is_outside,
        closed_points >= 6 and is_point
        and side_of_centre * sum(side_of_centre) over the_last_eight = 8 as is_long_run,
        closed_points >= 6 and is_point
        and side_near_limit <> 0
        and sum(abs(side_near_limit)) over the_last_four
        + side_near_limit * sum(side_near_limit) over the_last_four >= 6 as is_short_run
    from placed
    window
        the_last_eight as (
            partition by series_type, series_id, is_closed
            order by period_start
            rows between 7 preceding and current row
        ),
        the_last_four as (
            partition by series_type, series_id, is_closed
            order by period_start
            rows between 3 preceding and current row
        )

)

select
    series_type,
    series_id,
    period_start,
    is_closed,
    value,
    point_number,
    closed_points,
    moving_range,
    centre_line,
    mean_moving_range,
    lower_limit,
    upper_limit,
    is_outside,
    is_long_run,
    is_short_run,
    case when is_outside or is_long_run or is_short_run then side else 0 end as signal_side
from tested
