{#- What items decide by tiers 1 to 3: this is what tiers 4 and 5 pass on. A known node does so at
    once, an unknown identifier only where no tier of the item has a known node. -#}

with

strict_candidates as (

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
    where tier <= 3

),

deciding_tiers as (

    select
        work_item_id,
        min(tier) filter (where node_id is not null) as known_tier,
        min(tier) as unknown_tier
    from strict_candidates
    group by work_item_id

),

links_own as (

    select strict_candidates.*
    from strict_candidates
    inner join deciding_tiers
        on
            strict_candidates.work_item_id = deciding_tiers.work_item_id
            and strict_candidates.tier
            = coalesce(deciding_tiers.known_tier, deciding_tiers.unknown_tier)
    left join {{ ref('int_known_elsewhere') }} as known_elsewhere
        on
            strict_candidates.work_item_id = known_elsewhere.work_item_id
            and deciding_tiers.known_tier is null
    where strict_candidates.weight > 0 and known_elsewhere.work_item_id is null

)

select * from links_own
