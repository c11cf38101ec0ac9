{#- Display keys of work items, former ones too. -#}

with

work_items as (

    select work_item_id from {{ ref('int_work_items_unioned') }}

),

every_tracker as (
{{ union_trackers('keys', [
        'source',
        'key',
        'work_item_id'
    ]) }}
),

of_known_items as (

    select
        every_tracker.source,
        every_tracker.key,
        every_tracker.work_item_id
    from every_tracker
    inner join work_items on every_tracker.work_item_id = work_items.work_item_id

)

select * from of_known_items
