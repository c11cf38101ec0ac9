{#- What was read of each source, scope by scope and stream by stream, against what the tracker says
    it has, and since when a scope has not been read. -#}

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
        scope,
        stream,
        records_read,
        records_landed,
        records_reported,
        records_quarantined,
        first_landed_at,
        last_landed_at
    from {{ source('run', 'streams') }}

),

scopes as (

    select
        source,
        scope,
        scope_name,
        state,
        reason,
        last_good_read_at
    from {{ source('run', 'scopes') }}

),

details as (

    select
        source,
        detail
    from {{ source('run', 'sources') }}

),

counted as (

    -- A source, or a scope, of which nothing could be read keeps a row, without a stream
    select
        sources.source,
        sources.tracker,
        coalesce(scopes.scope, '(none)') as scope,
        scopes.scope_name,
        coalesce(streams.stream, '(none)') as stream,
        cast(coalesce(streams.records_read, 0) as bigint) as records_read,
        cast(coalesce(streams.records_landed, 0) as bigint) as records_landed,
        cast(streams.records_reported as bigint) as records_reported,
        cast(coalesce(streams.records_quarantined, 0) as bigint) as records_quarantined,
        sources.state,
        details.detail,
        sources.data_as_of,
        coalesce(scopes.state, sources.state) as scope_state,
        scopes.reason as scope_detail,
        scopes.last_good_read_at,
        streams.first_landed_at,
        streams.last_landed_at
    from sources
    left join scopes on sources.source = scopes.source
    left join streams on scopes.source = streams.source and scopes.scope = streams.scope
    left join details on sources.source = details.source

)

select * from counted
