{#- Tier 5: what related items pass on that decide in tiers 1 to 3, where the user configured the
    phrase. Each related item gives an equal part and keeps its own weights within it. -#}

with

link_phrases as (

    select distinct lower(trim(phrase)) as phrase from {{ ref('stg_strategy__link_phrases') }}

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

targets as (

    select
        item_relations.work_item_id,
        item_relations.related_work_item_id,
        min(link_phrases.phrase) as phrase,
        1.0 / count(*) over (partition by item_relations.work_item_id) as part
    from {{ ref('int_item_relations_unioned') }} as item_relations
    inner join link_phrases on lower(trim(item_relations.phrase)) = link_phrases.phrase
    where
        item_relations.related_work_item_id <> item_relations.work_item_id
        and item_relations.related_work_item_id in (select own_links.work_item_id from own_links)
    group by item_relations.work_item_id, item_relations.related_work_item_id

),

passed_on as (

    select
        targets.work_item_id,
        own_links.identifier,
        own_links.node_id,
        targets.part * own_links.weight as part,
        targets.phrase || ' ' || targets.related_work_item_id || ', ' || own_links.place as place,
        own_links.text,
        own_links.account_id,
        own_links.written_at,
        row_number() over (
            partition by targets.work_item_id, own_links.identifier
            order by targets.related_work_item_id
        ) as mention_number
    from targets
    inner join own_links on targets.related_work_item_id = own_links.work_item_id

),

added_up as (

    -- Several targets may name the same node: their parts add up, the first one's evidence stands
    select
        work_item_id,
        5 as tier,
        identifier,
        max(node_id) as node_id,
        {{ exact_sum('part') }} as weight,
        max(case when mention_number = 1 then place end) as place,
        max(case when mention_number = 1 then text end) as text,
        max(case when mention_number = 1 then account_id end) as account_id,
        max(case when mention_number = 1 then written_at end) as written_at
    from passed_on
    group by work_item_id, identifier

)

select * from added_up
