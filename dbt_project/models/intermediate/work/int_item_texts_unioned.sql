{#- Every text in which an identifier may stand, of items that exist on the run's day. -#}

with

work_items as (

    select work_item_id from {{ ref('int_work_items_unioned') }}

),

every_tracker as (
{{ union_trackers('item_texts', [
        'work_item_id',
        'kind',
        'field_id',
        'field_name',
        'text',
        'account_id',
        'written_at'
    ]) }}
),

of_known_items as (

    select
        every_tracker.work_item_id,
        every_tracker.kind,
        every_tracker.field_id,
        every_tracker.field_name,
        every_tracker.text,
        every_tracker.account_id,
        every_tracker.written_at
    from every_tracker
    inner join work_items on every_tracker.work_item_id = work_items.work_item_id

)

select * from of_known_items
