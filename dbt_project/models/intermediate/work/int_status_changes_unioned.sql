{#- Every state that a work item went into before the run's day; its first state is the start. -#}

with

settings as (

    select as_of_at from {{ source('home', 'settings') }}

),

every_tracker as (
{{ union_trackers('status_changes', [
        'work_item_id',
        'status_name',
        'status_category',
        'account_id',
        'field',
        'is_start',
        'is_unmapped',
        'changed_at'
    ]) }}
),

before_the_run as (

    select
        every_tracker.work_item_id,
        every_tracker.status_name,
        every_tracker.status_category,
        every_tracker.account_id,
        every_tracker.field,
        every_tracker.is_start,
        every_tracker.is_unmapped,
        every_tracker.changed_at
    from every_tracker
    cross join settings
    where every_tracker.changed_at < settings.as_of_at

)

select * from before_the_run
