{#- How well each node is measured on the last day of the run: 1 it needs no measure (no
    result), or an outcome measure was read within 1.5 times its cadence; 2 all such
    readings are older, or none was ever taken; 3 a result without an outcome measure. A
    measure without a cadence is monthly. -#}

with

run_day as (

    select {{ add_days('as_of', -1) }} as last_day from {{ ref('stg_strategy__run_day') }}

),

measures as (

    select
        measure_id,
        node_id,
        coalesce(cadence_days, 30) as cadence_days
    from {{ ref('stg_strategy__measures') }}
    where kind = 'outcome'

),

last_readings as (

    select
        observations.measure_id,
        max(observations.day) as day
    from {{ ref('stg_strategy__observations') }} as observations
    inner join run_day on observations.day <= run_day.last_day
    group by observations.measure_id

),

measured as (

    select
        measures.node_id,
        bool_or(
            {{ dbt.datediff('last_readings.day', 'run_day.last_day', 'day') }}
            <= 1.5 * measures.cadence_days
        ) as is_fresh
    from measures
    cross join run_day
    left join last_readings on measures.measure_id = last_readings.measure_id
    group by measures.node_id

),

graded as (

    select
        nodes.node_id,
        case
            when nodes.kind not in ('goal', 'objective', 'key_result', 'result') then 1
            when measured.node_id is null then 3
            when coalesce(measured.is_fresh, false) then 1
            else 2
        end as measurement
    from {{ ref('stg_strategy__nodes') }} as nodes
    left join measured on nodes.node_id = measured.node_id

)

select * from graded
