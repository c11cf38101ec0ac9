{#- All evidence that ties a work item to a node, of every tier, and which of it decides: the first
    tier with a known node; where no tier has one, the first tier with an unknown identifier. -#}

with

candidates as (

    select
        work_item_id,
        tier,
        identifier,
        node_id,
        weight,
        place,
        text,
        account_id,
        written_at
    from {{ ref('int_links_weighted') }}
    union all
    select
        work_item_id,
        tier,
        identifier,
        node_id,
        weight,
        place,
        text,
        account_id,
        written_at
    from {{ ref('int_links_by_parent') }}
    union all
    select
        work_item_id,
        tier,
        identifier,
        node_id,
        weight,
        place,
        text,
        account_id,
        written_at
    from {{ ref('int_links_by_relation') }}

),

deciding_tiers as (

    select
        work_item_id,
        coalesce(min(tier) filter (where node_id is not null), min(tier)) as deciding_tier
    from candidates
    group by work_item_id

),

decided as (

    select
        candidates.work_item_id,
        candidates.tier,
        candidates.node_id,
        candidates.identifier,
        cast(candidates.weight as double) as weight,
        case when candidates.tier <= 5 then 'strict' else 'loose' end as strength,
        candidates.tier = deciding_tiers.deciding_tier and candidates.weight > 0 as decides,
        candidates.place,
        candidates.text,
        candidates.account_id,
        candidates.written_at,
        unknown_identifiers.suggested_node_id
    from candidates
    inner join deciding_tiers on candidates.work_item_id = deciding_tiers.work_item_id
    left join {{ ref('int_unknown_identifiers') }} as unknown_identifiers
        on candidates.node_id is null and candidates.identifier = unknown_identifiers.identifier

)

select * from decided
