{#- Which nodes each linked work item serves, as parts of 1. All identifiers of an item that are no
    node are one row without a node. Items without any evidence are not here. -#}

with

deciding as (

    select
        work_item_id,
        node_id,
        weight,
        strength,
        tier
    from {{ ref('int_link_candidates') }}
    where decides

),

per_node as (

    select
        work_item_id,
        node_id,
        sum(weight) as weight,
        max(strength) as strength,
        max(tier) as tier
    from deciding
    group by work_item_id, node_id

)

select * from per_node
