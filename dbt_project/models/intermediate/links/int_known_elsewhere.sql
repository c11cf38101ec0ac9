{#- Work items that a tier beyond the first three leads to a known node: an unknown identifier in
    tiers 1 to 3 of these does not decide, so it is not passed on. An item above leads to one where
    any names a node, as those between that name none would pass on what they have from it. -#}

with

link_phrases as (

    select distinct lower(trim(phrase)) as phrase from {{ ref('stg_strategy__link_phrases') }}

),

weighted as (

    select
        work_item_id,
        tier
    from {{ ref('int_links_weighted') }}
    where node_id is not null

),

naming_a_node as (

    select distinct work_item_id from weighted
    where tier <= 3

),

known_elsewhere as (

    select work_item_id from weighted
    where tier > 3
    union
    select item_ancestors.work_item_id
    from {{ ref('int_item_ancestors') }} as item_ancestors
    inner join naming_a_node on item_ancestors.ancestor_id = naming_a_node.work_item_id
    union
    select item_relations.work_item_id
    from {{ ref('int_item_relations_unioned') }} as item_relations
    inner join link_phrases on lower(trim(item_relations.phrase)) = link_phrases.phrase
    inner join naming_a_node on item_relations.related_work_item_id = naming_a_node.work_item_id

)

select * from known_elsewhere
