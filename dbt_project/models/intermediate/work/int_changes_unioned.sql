{#- Every change of a field of a work item before the run's day. -#}

with

settings as (

    select as_of_at from {{ source('home', 'settings') }}

),

every_tracker as (
{{ union_trackers('changes', [
        'change_id',
        'work_item_id',
        'account_id',
        'field',
        'changed_at'
    ]) }}
),

before_the_run as (

    select
        every_tracker.change_id,
        every_tracker.work_item_id,
        every_tracker.account_id,
        every_tracker.field,
        every_tracker.changed_at
    from every_tracker
    cross join settings
    where every_tracker.changed_at < settings.as_of_at

)

select * from before_the_run
