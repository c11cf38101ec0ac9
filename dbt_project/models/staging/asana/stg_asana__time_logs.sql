{#- Time that people wrote down on tasks, as the newest copy of each task that tells of time has it:
    a copy that was asked without time entries removes none, one that has fewer does. Asana tells
    the day alone; an entry without one counts when it was written down. -#}

with

telling_copies as (

    select
        source,
        record_id,
        record_digest,
        {{ newest_copy() }} as age
    from {{ source('landed', 'asana_tasks') }}
    where has_time_entries

),

entries as (

    select
        source,
        record_id,
        record_digest,
        entry_id,
        creator_id,
        duration_minutes,
        entered_on,
        created_at
    from {{ source('landed', 'asana_time_entries') }}

),

time_logs as (

    select distinct
        entries.source || ':' || entries.entry_id as time_log_id,
        entries.source || ':' || entries.record_id as work_item_id,
        entries.source || ':' || entries.creator_id as account_id,
        entries.duration_minutes * 60 as seconds,
        entries.entered_on as started_on,
        case when entries.entered_on is null then entries.created_at end as started_at
    from telling_copies
    inner join entries
        on
            telling_copies.source = entries.source
            and telling_copies.record_id = entries.record_id
            and telling_copies.record_digest = entries.record_digest
    where telling_copies.age = 1

)

select * from time_logs
