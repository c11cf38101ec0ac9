{#- How far each measure moved from one closed month to the next, as an improvement: upwards
    where higher is better, downwards where lower is. A month in which it was not read makes a
    gap, and no difference reaches over it. -#}

with

run_day as (

    select as_of from {{ ref('stg_strategy__run_day') }}

),

months as (

    select
        readings.measure_id,
        {{ period_start('month', 'readings.day') }} as month,
        max_by(readings.value, readings.day) as value
    from {{ ref('int_measure_values') }} as readings
    group by readings.measure_id, {{ period_start('month', 'readings.day') }}

),

closed as (

    select
        months.measure_id,
        months.month,
        case measures.better when 'lower' then -months.value else months.value end as value
    from months
    inner join {{ ref('stg_strategy__measures') }} as measures
        on months.measure_id = measures.measure_id
    cross join run_day
    where
        measures.better is not null
        and cast({{ dbt.dateadd('month', 1, 'months.month') }} as date) <= run_day.as_of

),

compared as (

    select
        measure_id,
        month,
        value,
        lag(value) over (partition by measure_id order by month) as last_value,
        lag(month) over (partition by measure_id order by month) as last_month
    from closed

),

measure_differences as (

    select
        measure_id,
        month,
        value - last_value as difference
    from compared
    where cast({{ dbt.dateadd('month', 1, 'last_month') }} as date) = month

)

select * from measure_differences
