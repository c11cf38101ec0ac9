{#- Every comment before the run's day: who, when and on which item. -#}

with

settings as (

    select as_of_at from {{ source('home', 'settings') }}

),

every_tracker as (
{{ union_trackers('comments', [
        'comment_id',
        'work_item_id',
        'account_id',
        'written_at'
    ]) }}
),

before_the_run as (

    select
        every_tracker.comment_id,
        every_tracker.work_item_id,
        every_tracker.account_id,
        every_tracker.written_at
    from every_tracker
    cross join settings
    where every_tracker.written_at < settings.as_of_at

)

select * from before_the_run
