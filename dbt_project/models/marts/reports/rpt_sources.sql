{#- What was read of each source, stream by stream, against what the source says it has. -#}

with

sources as (

    select
        source,
        tracker,
        state,
        data_as_of
    from {{ ref('dim_source') }}
    where source <> '(none)'

),

streams as (

    select
        source,
        stream,
        records_read,
        records_landed,
        records_reported,
        records_quarantined,
        first_landed_at,
        last_landed_at
    from {{ source('run', 'streams') }}

),

details as (

    select
        source,
        detail
    from {{ source('run', 'sources') }}

),

counted as (

    -- A source of which nothing could be read keeps a row, without a stream
    select
        sources.source,
        sources.tracker,
        coalesce(streams.stream, '(none)') as stream,
        cast(coalesce(streams.records_read, 0) as bigint) as records_read,
        cast(coalesce(streams.records_landed, 0) as bigint) as records_landed,
        cast(streams.records_reported as bigint) as records_reported,
        cast(coalesce(streams.records_quarantined, 0) as bigint) as records_quarantined,
        sources.state,
        details.detail,
        sources.data_as_of,
        streams.first_landed_at,
        streams.last_landed_at
    from sources
    left join streams on sources.source = streams.source
    left join details on sources.source = details.source

)

select * from counted
