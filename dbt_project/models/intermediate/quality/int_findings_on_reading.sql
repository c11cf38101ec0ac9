{#- What went wrong when the sources were read: states, missing and quarantined records, damaged
    files. -#}

with

stale_sources as (

    select
        'source_not_fresh' as check_name,
        source,
        state as subject,
        case when state = 'failed' then 'error' else 'warning' end as severity,
        1 as records,
        coalesce(detail, 'The source is ' || state || '.') as detail
    from {{ source('run', 'sources') }}
    where state <> 'fresh'

),

missing_records as (

    -- Trackers count at another moment than they are read: a record, or a hundredth, may differ
    select
        'records_missing' as check_name,
        source,
        stream as subject,
        'warning' as severity,
        sum(records_reported - records_read) as records,
        'The tracker told of ' || sum(records_reported) || ' records, ' || sum(records_read)
        || ' were read.' as detail
    from {{ source('run', 'streams') }}
    where records_reported - records_read > greatest(1, records_reported * 0.01)
    group by source, stream

),

quarantined as (

    select
        'quarantined_record' as check_name,
        source,
        stream || ': ' || reason as subject,
        'warning' as severity,
        count(*) as records,
        'Set aside, for example ' || coalesce(min(record_id), 'a record without id') || ' at '
        || coalesce(min(field_path), 'its top level') || ' ('
        || coalesce(min(place), 'unknown place') || ').' as detail
    from {{ source('run', 'quarantine') }}
    group by source, stream, reason

),

unreadable_files as (

    select
        'unreadable_file' as check_name,
        source,
        file as subject,
        'error' as severity,
        1 as records,
        max(reason) as detail
    from {{ source('run', 'unreadable_files') }}
    group by source, file

),

findings as (

    select * from stale_sources
    union all
    select * from missing_records
    union all
    select * from quarantined
    union all
    select * from unreadable_files

),

findings_on_reading as (

    select
        check_name,
        source,
        subject,
        severity,
        cast(records as bigint) as records,
        detail
    from findings

)

select * from findings_on_reading
