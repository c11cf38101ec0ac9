{#- Every item above each item, over any number of levels. Items in a circle of parents are not
    above each other. -#}

with recursive

parents as (

    select
        work_item_id,
        parent_work_item_id
    from {{ ref('int_work_items_unioned') }}
    where parent_work_item_id is not null

),

climbed as (

    -- `union` drops pairs met before, so a circle ends
    select
        work_item_id,
        parent_work_item_id as ancestor_id
    from parents
    union
    select
        climbed.work_item_id,
        parents.parent_work_item_id as ancestor_id
    from climbed
    inner join parents on climbed.ancestor_id = parents.work_item_id

),

in_circles as (

    select work_item_id from climbed
    where work_item_id = ancestor_id

),

item_ancestors as (

    select
        climbed.work_item_id,
        climbed.ancestor_id
    from climbed
    left join in_circles as circle_items on climbed.work_item_id = circle_items.work_item_id
    left join in_circles as circle_ancestors on climbed.ancestor_id = circle_ancestors.work_item_id
    where
        climbed.work_item_id <> climbed.ancestor_id
        and (circle_items.work_item_id is null or circle_ancestors.work_item_id is null)

)

select * from item_ancestors
