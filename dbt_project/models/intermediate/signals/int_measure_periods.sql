{#- The value of each measure in each period in which it was read: the last reading of the week for
    a measure with a cadence of a week or less, else of the month. A period is closed once all of
    its days lie before the run. -#}

with

run_day as (

    select as_of from {{ ref('stg_strategy__run_day') }}

),

readings as (

    select
        int_measure_values.measure_id,
        int_measure_values.day,
        int_measure_values.value,
        case when measures.cadence_days <= 7 then 'week' else 'month' end as period_type
    from {{ ref('int_measure_values') }} as int_measure_values
    inner join {{ ref('stg_strategy__measures') }} as measures
        on int_measure_values.measure_id = measures.measure_id

),

with_period as (

    select
        measure_id,
        period_type,
        day,
        value,
        case
            when period_type = 'week' then {{ period_start('week', 'day') }}
            else {{ period_start('month', 'day') }}
        end as period_start
    from readings

),

last_readings as (

    select
        measure_id,
        period_type,
        period_start,
        max(day) as observed_on,
        max_by(value, day) as value
    from with_period
    group by measure_id, period_type, period_start

),

judged as (

    select
        last_readings.*,
        case
            when last_readings.period_type = 'week'
                then {{ add_days('last_readings.period_start', 7) }}
            else cast({{ dbt.dateadd('month', 1, 'last_readings.period_start') }} as date)
        end <= run_day.as_of as is_closed
    from last_readings
    cross join run_day

)

select * from judged
