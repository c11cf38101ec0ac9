{#- Which item is in which container, of items that exist on the run's day. -#}

with

work_items as (

    select work_item_id from {{ ref('int_work_items_unioned') }}

),

every_tracker as (
{{ union_trackers('item_containers', [
        'work_item_id',
        'container_id',
        'from_at',
        'to_at'
    ]) }}
),

of_known_items as (

    select
        every_tracker.work_item_id,
        every_tracker.container_id,
        every_tracker.from_at,
        every_tracker.to_at
    from every_tracker
    inner join work_items on every_tracker.work_item_id = work_items.work_item_id

)

select * from of_known_items
