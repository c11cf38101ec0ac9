{#- The work items whose parent, or an item that they are linked with, lies in another source. -#}

with

work_items as (

    select
        work_item_id,
        source,
        parent_work_item_id
    from {{ ref('int_work_items_unioned') }}

),

neighbours as (

    select
        work_item_id,
        parent_work_item_id as neighbour_id
    from work_items
    where parent_work_item_id is not null

    union all

    select
        work_item_id,
        related_work_item_id as neighbour_id
    from {{ ref('int_item_relations_unioned') }}

),

across as (

    select distinct neighbours.work_item_id
    from neighbours
    inner join work_items on neighbours.work_item_id = work_items.work_item_id
    inner join work_items as neighbour_items
        on neighbours.neighbour_id = neighbour_items.work_item_id
    where work_items.source <> neighbour_items.source

)

select * from across
