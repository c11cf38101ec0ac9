{#- Every work item of every tracker that existed before the run's day. Later ones are left out. -#}

with

settings as (

    select as_of_at from {{ source('home', 'settings') }}

),

every_tracker as (
{{ union_trackers('work_items', [
        'work_item_id',
        'source',
        'native_id',
        'key',
        'item_type',
        'title',
        'url',
        'parent_work_item_id',
        'created_by',
        'status_name',
        'status_category',
        'hierarchy_level',
        'estimate_hours',
        'points',
        'unread_log_seconds',
        'is_size_ambiguous',
        'is_status_unmapped',
        'has_history',
        'is_not_visible',
        'history_from',
        'created_at',
        'updated_at',
        'completed_at',
        'due_on',
        'deleted_at'
    ]) }}
),

before_the_run as (

    select
        every_tracker.work_item_id,
        every_tracker.source,
        every_tracker.native_id,
        every_tracker.key,
        every_tracker.item_type,
        every_tracker.title,
        every_tracker.url,
        every_tracker.parent_work_item_id,
        every_tracker.created_by,
        every_tracker.status_name,
        every_tracker.status_category,
        every_tracker.hierarchy_level,
        every_tracker.estimate_hours,
        every_tracker.points,
        every_tracker.unread_log_seconds,
        every_tracker.is_size_ambiguous,
        every_tracker.is_status_unmapped,
        every_tracker.has_history,
        every_tracker.is_not_visible,
        every_tracker.history_from,
        every_tracker.created_at,
        every_tracker.updated_at,
        every_tracker.completed_at,
        every_tracker.due_on,
        case when every_tracker.deleted_at < settings.as_of_at then every_tracker.deleted_at end
            as deleted_at
    from every_tracker
    cross join settings
    where every_tracker.created_at is null or every_tracker.created_at < settings.as_of_at

)

select * from before_the_run
