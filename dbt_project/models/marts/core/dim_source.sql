{#- The configured connections, each with how its last reading went. -#}

with

sources as (

    select
        source,
        tracker,
        url
    from {{ source('home', 'sources') }}

),

readings as (

    select
        source,
        state,
        data_as_of
    from {{ source('run', 'sources') }}

),

sources_and_none as (

    select
        sources.source,
        sources.tracker,
        sources.url,
        readings.state,
        readings.data_as_of
    from sources
    left join readings on sources.source = readings.source

    union all

    select
        '(none)' as source,
        cast(null as varchar) as tracker,
        cast(null as varchar) as url,
        cast(null as varchar) as state,
        cast(null as timestamp) as data_as_of

)

select * from sources_and_none
