{#- Links between issues as seen from each end, whichever end listed them: adding a link need not
    touch the other end, so its landed copy may be older. -#}

with

copies as (

    select
        source,
        issue_id,
        record_digest
    from {{ ref('base_jira__copies') }}
    where age = 1

),

listed as (

    select
        landed.source || ':' || landed.record_id as work_item_id,
        coalesce(landed.source || ':' || landed.other_id, by_key.work_item_id)
            as other_work_item_id,
        landed.phrase,
        landed.opposite_phrase
    from {{ source('landed', 'jira_links') }} as landed
    inner join copies
        on
            landed.source = copies.source
            and landed.record_id = copies.issue_id
            and landed.record_digest = copies.record_digest
    left join {{ ref('base_jira__issues_by_key') }} as by_key
        on landed.source = by_key.source and landed.other_key = by_key.key

),

both_ways as (

    select
        work_item_id,
        other_work_item_id as related_work_item_id,
        phrase
    from listed
    union
    select
        other_work_item_id as work_item_id,
        work_item_id as related_work_item_id,
        opposite_phrase as phrase
    from listed

),

item_relations as (

    select * from both_ways
    where work_item_id is not null and related_work_item_id is not null and phrase is not null

)

select * from item_relations
