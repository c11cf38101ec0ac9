{#- What was observed of each measure, beside what it is held against. -#}

with

settings as (

    select as_of from {{ source('home', 'settings') }}

),

measures as (

    select
        measure_id,
        node_id,
        title,
        kind,
        timing,
        unit,
        better,
        baseline,
        target,
        start_on,
        due_on
    from {{ source('home', 'measures') }}

),

observations as (

    -- A measure has one value a day: of several it is their mean
    select
        measure_id,
        day,
        avg(value) as value
    from {{ source('home', 'observations') }}
    group by measure_id, day

),

observed as (

    select
        observations.measure_id,
        observations.day,
        measures.node_id,
        observations.value,
        measures.title,
        measures.unit,
        measures.kind,
        measures.timing,
        measures.better,
        measures.baseline,
        measures.target,
        measures.start_on,
        measures.due_on
    from observations
    inner join measures on observations.measure_id = measures.measure_id
    inner join settings on observations.day < settings.as_of

)

select * from observed
