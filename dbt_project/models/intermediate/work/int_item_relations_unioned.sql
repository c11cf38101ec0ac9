{#- Links between items, as seen from each end. -#}

with

work_items as (

    select work_item_id from {{ ref('int_work_items_unioned') }}

),

every_tracker as (
{{ union_trackers('item_relations', [
        'work_item_id',
        'related_work_item_id',
        'phrase'
    ]) }}
),

of_known_items as (

    select
        every_tracker.work_item_id,
        every_tracker.related_work_item_id,
        every_tracker.phrase
    from every_tracker
    inner join work_items on every_tracker.work_item_id = work_items.work_item_id

)

select * from of_known_items
