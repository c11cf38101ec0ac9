{#- Effort, each part of it with what it is linked to: the node of a manual allocation, the nodes of
    the item's links, an identifier that is no node, or nothing. -#}

with

effort as (

    select
        person_id,
        team_id,
        work_item_id,
        node_id,
        basis,
        slice_start,
        person_days
    from {{ ref('int_effort') }}

),

item_links as (

    select
        work_item_id,
        node_id,
        weight,
        strength
    from {{ ref('int_item_links') }}

),

linked as (

    select
        effort.person_id,
        effort.team_id,
        effort.work_item_id,
        case
            when effort.basis = 'manual' then effort.node_id
            else item_links.node_id
        end as node_id,
        case
            when effort.basis = 'manual' then 'strict'
            else coalesce(item_links.strength, 'none')
        end as strength,
        effort.basis,
        effort.slice_start,
        effort.person_days * coalesce(item_links.weight, 1) as person_days
    from effort
    left join item_links
        on
            effort.work_item_id = item_links.work_item_id
            and effort.basis not in ('manual', 'unobserved')

)

select * from linked
