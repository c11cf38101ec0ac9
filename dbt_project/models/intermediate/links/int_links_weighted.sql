{#- What an item's own texts and containers say, tier by tier, as parts of 1.

    Written weights apply if every known node of the tier has one above 0. Else a node that
    is an ancestor of another in the tier gives way to it, and the rest share equally.
    Identifiers that are no node share a tier only where it has no known node. -#}

with

named as (

    select
        work_item_id,
        tier,
        identifier,
        node_id,
        stated_weight,
        place,
        text,
        account_id,
        written_at
    from {{ ref('int_identifiers_named') }}
    union all
    select
        work_item_id,
        tier,
        identifier,
        node_id,
        stated_weight,
        place,
        text,
        account_id,
        written_at
    from {{ ref('int_links_by_container') }}

),

less_specific as (

    select distinct
        ancestor.work_item_id,
        ancestor.tier,
        ancestor.node_id
    from named as specific
    inner join {{ ref('int_node_closure') }} as node_closure
        on specific.node_id = node_closure.node_id
    inner join named as ancestor
        on
            specific.work_item_id = ancestor.work_item_id
            and specific.tier = ancestor.tier
            and node_closure.ancestor_id = ancestor.node_id

),

told_apart as (

    select
        named.*,
        less_specific.node_id is not null as is_less_specific,
        count(named.node_id) over in_tier as known_nodes,
        count(*) filter (where named.stated_weight > 0 and named.node_id is not null) over in_tier
            as known_nodes_with_weight,
        sum(case when named.node_id is not null then named.stated_weight end) over in_tier
            as stated_total,
        count(*) filter (where named.node_id is not null and less_specific.node_id is null)
            over in_tier as specific_nodes,
        count(*) over in_tier as identifiers
    from named
    left join less_specific
        on
            named.work_item_id = less_specific.work_item_id
            and named.tier = less_specific.tier
            and named.node_id = less_specific.node_id
    window in_tier as (partition by named.work_item_id, named.tier)

),

weighted as (

    select
        work_item_id,
        tier,
        identifier,
        node_id,
        case
            when known_nodes = 0 then 1.0 / identifiers
            when node_id is null then 0.0
            when known_nodes = known_nodes_with_weight then stated_weight / stated_total
            when is_less_specific then 0.0
            else 1.0 / specific_nodes
        end as weight,
        place,
        text,
        account_id,
        written_at
    from told_apart

)

select * from weighted
