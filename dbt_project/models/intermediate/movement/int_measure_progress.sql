{#- How far each outcome measure moved towards its target in each month, as a multiple of what the
    straight line from its baseline at `start_on` to its target at `due_on` asks for. The ends of
    a month are the last day of the month before and its own last day in range, both clipped to
    start and due; a month outside them has no row. -#}

with

months as (

    select
        {{ period_start('month', 'day') }} as period_start,
        max(day) as last_day
    from {{ ref('int_slices') }}
    group by {{ period_start('month', 'day') }}

),

lines as (

    select
        measure_id,
        node_id,
        baseline,
        abs(target - baseline) as distance,
        case
            when better = 'higher' then 1
            when better = 'lower' then -1
            when target > baseline then 1
            else -1
        end as sign,
        start_on,
        due_on
    from {{ ref('stg_strategy__measures') }}
    where kind = 'outcome' and target <> baseline and start_on < due_on

),

spans as (

    select
        lines.*,
        months.period_start,
        greatest({{ add_days('months.period_start', -1) }}, lines.start_on) as from_day,
        least(months.last_day, lines.due_on) as to_day
    from lines
    inner join months
        on
            lines.start_on < months.last_day
            and lines.due_on >= months.period_start

),

values_at_ends as (

    -- What was read before the start is in the baseline; without a later reading it still holds
    select
        spans.measure_id,
        spans.period_start,
        max_by(readings.value, case when readings.day <= spans.from_day then readings.day end)
            as value_before,
        max_by(readings.value, readings.day) as value_after,
        count(case when readings.day > spans.from_day then readings.day end) as readings
    from spans
    inner join {{ ref('int_measure_values') }} as readings
        on
            spans.measure_id = readings.measure_id
            and spans.start_on <= readings.day
            and spans.to_day >= readings.day
    group by spans.measure_id, spans.period_start

),

moved as (

    select
        spans.measure_id,
        spans.node_id,
        spans.period_start,
        spans.from_day,
        spans.to_day,
        case
            when spans.from_day = spans.start_on then spans.baseline
            else coalesce(values_at_ends.value_before, spans.baseline)
        end as value_before,
        coalesce(values_at_ends.value_after, spans.baseline) as value_after,
        coalesce(values_at_ends.readings, 0) as readings,
        spans.sign,
        spans.distance
        * {{ dbt.datediff('spans.from_day', 'spans.to_day', 'day') }}
        / {{ dbt.datediff('spans.start_on', 'spans.due_on', 'day') }} as distance_asked_for
    from spans
    left join values_at_ends
        on
            spans.measure_id = values_at_ends.measure_id
            and spans.period_start = values_at_ends.period_start
    where spans.from_day < spans.to_day

),

measure_progress as (

    select
        measure_id,
        node_id,
        period_start,
        from_day,
        to_day,
        value_before,
        value_after,
        readings,
        (sign * value_after - sign * value_before) / distance_asked_for as progress
    from moved

)

select * from measure_progress
