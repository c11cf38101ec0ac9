{#- What each measure read on each day before the run. A measure has one value a day: of several
    readings it is their mean. -#}

with

run_day as (

    select as_of from {{ ref('stg_strategy__run_day') }}

),

observations as (

    select
        measure_id,
        day,
        value
    from {{ ref('stg_strategy__observations') }}

),

values_by_day as (

    select
        observations.measure_id,
        observations.day,
        avg(observations.value) as value
    from observations
    inner join run_day on observations.day < run_day.as_of
    group by observations.measure_id, observations.day

)

select * from values_by_day
