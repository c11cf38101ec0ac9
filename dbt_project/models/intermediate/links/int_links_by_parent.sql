{#- Tier 4: what the nearest ancestor work item passes on that decides in tiers 1 to 3.

    The walk goes down from the items that decide and stops at the next one that does, so it costs
    as much as it finds. `union` drops pairs seen before: a cycle of parents ends by itself. -#}

with recursive

items_with_parent as (

    select
        work_item_id,
        parent_work_item_id
    from {{ ref('int_work_items_unioned') }}
    where parent_work_item_id is not null and parent_work_item_id <> work_item_id

),

own_links as (

    select
        work_item_id,
        identifier,
        node_id,
        weight,
        place,
        text,
        account_id,
        written_at
    from {{ ref('int_links_own') }}

),

deciders as (

    select distinct work_item_id from own_links

),

nearest_deciders as (

    select
        items_with_parent.work_item_id,
        deciders.work_item_id as decider_id
    from deciders
    inner join items_with_parent on deciders.work_item_id = items_with_parent.parent_work_item_id
    union
    select
        items_with_parent.work_item_id,
        nearest_deciders.decider_id
    from nearest_deciders
    inner join items_with_parent
        on nearest_deciders.work_item_id = items_with_parent.parent_work_item_id
    left join deciders on nearest_deciders.work_item_id = deciders.work_item_id
    where
        deciders.work_item_id is null
        and items_with_parent.work_item_id <> nearest_deciders.decider_id

),

passed_on as (

    select
        nearest_deciders.work_item_id,
        4 as tier,
        own_links.identifier,
        own_links.node_id,
        own_links.weight,
        'parent ' || nearest_deciders.decider_id || ', ' || own_links.place as place,
        own_links.text,
        own_links.account_id,
        own_links.written_at
    from nearest_deciders
    inner join own_links on nearest_deciders.decider_id = own_links.work_item_id

)

select * from passed_on
