{#- Which identifiers each work item names in each tier, once, with the evidence of the first
    mention and the first weight that is written behind any of them. Refused ones are left
    out. -#}

with

mentions as (

    select
        work_item_id,
        tier,
        identifier,
        place,
        line,
        stated_weight,
        account_id,
        written_at,
        row_number() over (
            partition by work_item_id, tier, identifier
            order by text_position, start_position
        ) as mention_number
    from {{ ref('int_identifiers_judged') }}
    where refusal is null

),

first_weights as (

    select
        work_item_id,
        tier,
        identifier,
        min_by(stated_weight, mention_number) as stated_weight
    from mentions
    where stated_weight is not null
    group by work_item_id, tier, identifier

),

nodes as (

    select
        node_id,
        upper({{ plain_text('node_id') }}) as identifier
    from {{ ref('stg_strategy__nodes') }}

),

first_mentions as (

    select
        mentions.work_item_id,
        mentions.tier,
        mentions.identifier,
        nodes.node_id,
        first_weights.stated_weight,
        mentions.place,
        mentions.line as text,
        mentions.account_id,
        mentions.written_at
    from mentions
    left join first_weights
        on
            mentions.work_item_id = first_weights.work_item_id
            and mentions.tier = first_weights.tier
            and mentions.identifier = first_weights.identifier
    left join nodes on mentions.identifier = nodes.identifier
    where mentions.mention_number = 1

)

select * from first_mentions
