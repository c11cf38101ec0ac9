{#- What happened to each landed card, one row per action and changed field, over all its copies.
    An action is told the same way in every export, so its newest copy stands for it. -#}

{{ config(materialized='table') }}

with

actions as (

    select
        source,
        record_id,
        record_digest,
        {{ newest_copy() }} as age
    from {{ source('landed', 'trello_actions') }}

),

card_events as (

    select
        source,
        record_id,
        record_digest,
        source || ':' || card_id as work_item_id,
        kind,
        field,
        old_value,
        new_value,
        creator_id,
        acted_at
    from {{ source('landed', 'trello_card_events') }}

),

cards as (

    select work_item_id from {{ ref('base_trello__cards') }}

),

of_landed_cards as (

    select
        card_events.work_item_id,
        card_events.source,
        card_events.record_id as action_id,
        card_events.source || ':' || card_events.creator_id as account_id,
        card_events.kind,
        card_events.field,
        card_events.old_value,
        card_events.new_value,
        card_events.acted_at
    from card_events
    inner join actions
        on
            card_events.source = actions.source
            and card_events.record_id = actions.record_id
            and card_events.record_digest = actions.record_digest
            and actions.age = 1
    inner join cards on card_events.work_item_id = cards.work_item_id

)

select * from of_landed_cards
