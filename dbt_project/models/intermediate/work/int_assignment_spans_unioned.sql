{#- Who was assigned to which item from when to when; a span that is open has no end. -#}

with

settings as (

    select as_of_at from {{ source('home', 'settings') }}

),

every_tracker as (
{{ union_trackers('assignment_spans', [
        'work_item_id',
        'account_id',
        'from_at',
        'to_at'
    ]) }}
),

before_the_run as (

    select
        every_tracker.work_item_id,
        every_tracker.account_id,
        every_tracker.from_at,
        case when every_tracker.to_at < settings.as_of_at then every_tracker.to_at end as to_at
    from every_tracker
    cross join settings
    where every_tracker.from_at < settings.as_of_at

)

select * from before_the_run
