{#- Every note in its newest copy. -#}

with

notes as (

    select * from {{ ref('base_slate__notes') }}

),

gone as (

    select
        source,
        record_id,
        max_by(outcome, pulled_at) as outcome,
        max(happened_at) as happened_at
    from {{ source('landed', 'slate_absences') }}
    group by source, record_id

)

select
    notes.work_item_id,
    notes.source,
    notes.note_id as native_id,
    cast(null as varchar) as key,
    'note' as item_type,
    notes.title,
    cast(null as varchar) as url,
    cast(null as varchar) as parent_work_item_id,
    notes.source || ':' || notes.creator_id as created_by,
    notes.state as status_name,
    coalesce({{ status_category_by_name('notes.state') }}, 'todo') as status_category,
    0 as hierarchy_level,
    cast(null as double) as estimate_hours,
    cast(null as double) as points,
    cast(null as double) as unread_log_seconds,
    false as is_size_ambiguous,
    false as is_status_unmapped,
    true as has_history,
    coalesce(gone.outcome in ('unobserved', 'access_lost'), false) as is_not_visible,
    cast(null as timestamp) as history_from,
    notes.created_at,
    notes.updated_at,
    cast(null as timestamp) as completed_at,
    cast(null as date) as due_on,
    case when gone.outcome = 'deleted' then gone.happened_at end as deleted_at
from notes
left join gone on notes.source = gone.source and notes.note_id = gone.record_id
