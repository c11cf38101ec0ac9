{#- The nodes that are measured well enough to be believed: an outcome measure with three
    readings in the last 365 days, the last of them no older than 1.5 times its cadence. -#}

with

run_day as (

    select
        {{ add_days('as_of', -1) }} as last_day,
        {{ add_days('as_of', -365) }} as first_day
    from {{ ref('stg_strategy__run_day') }}

),

outcome_measures as (

    select
        measure_id,
        node_id,
        coalesce(cadence_days, 30) as cadence_days
    from {{ ref('stg_strategy__measures') }}
    where kind = 'outcome'

),

readings as (

    select
        int_measure_values.measure_id,
        count(*) as readings,
        max(int_measure_values.day) as last_observed_on
    from {{ ref('int_measure_values') }} as int_measure_values
    inner join run_day
        on
            int_measure_values.day >= run_day.first_day
            and int_measure_values.day <= run_day.last_day
    group by int_measure_values.measure_id

),

evidenced as (

    select distinct outcome_measures.node_id
    from outcome_measures
    inner join readings on outcome_measures.measure_id = readings.measure_id
    cross join run_day
    where
        readings.readings >= 3
        and {{ dbt.datediff('readings.last_observed_on', 'run_day.last_day', 'day') }}
        <= 1.5 * outcome_measures.cadence_days

)

select * from evidenced
