{#- From when on each card's history is known, and how it began and ended. Without the action that
    created it, that is from the oldest action of its board on. A board without any action has no
    history. The action that created a card tells when to the millisecond, its id to the second. A
    card is deleted where an action says so, or where it was looked for and was not there. -#}

with

cards as (

    select
        work_item_id,
        source,
        board_id,
        created_at
    from {{ ref('base_trello__cards') }}

),

card_events as (

    select
        work_item_id,
        account_id,
        kind,
        new_value,
        acted_at
    from {{ ref('base_trello__card_events') }}

),

creations as (

    select
        work_item_id,
        min(acted_at) as acted_at,
        min_by(account_id, acted_at) as created_by,
        min_by(new_value, acted_at) as list_id
    from card_events
    where kind = 'created'
    group by work_item_id

),

deletions as (

    select
        cards.work_item_id,
        coalesce(min(card_events.acted_at), min(absences.happened_at)) as deleted_at
    from cards
    left join card_events
        on cards.work_item_id = card_events.work_item_id and card_events.kind = 'deleted'
    left join {{ ref('base_trello__absences') }} as absences
        on
            cards.work_item_id = absences.source || ':' || absences.record_id
            and absences.outcome = 'deleted'
    group by cards.work_item_id

),

first_actions as (

    -- an action that does not name its board is on that of its card
    select
        actions.source,
        coalesce(actions.board_id, cards.board_id) as board_id,
        min(actions.acted_at) as acted_at
    from {{ source('landed', 'trello_actions') }} as actions
    left join cards on actions.source || ':' || actions.card_id = cards.work_item_id
    group by actions.source, coalesce(actions.board_id, cards.board_id)

),

histories as (

    select
        cards.work_item_id,
        creations.created_by,
        creations.list_id as created_list_id,
        creations.work_item_id is not null as is_complete,
        first_actions.acted_at is not null or creations.work_item_id is not null as has_history,
        coalesce(creations.acted_at, cards.created_at) as created_at,
        case
            when creations.work_item_id is not null
                then creations.acted_at
            else greatest(
                coalesce(cards.created_at, first_actions.acted_at), first_actions.acted_at
            )
        end as start_at,
        deletions.deleted_at
    from cards
    left join creations on cards.work_item_id = creations.work_item_id
    left join deletions on cards.work_item_id = deletions.work_item_id
    left join first_actions
        on cards.source = first_actions.source and cards.board_id = first_actions.board_id

),

card_histories as (

    select
        work_item_id,
        created_by,
        created_list_id,
        has_history,
        is_complete,
        created_at,
        case when has_history then start_at end as start_at,
        case when has_history and not is_complete then start_at end as history_from,
        deleted_at
    from histories

)

select * from card_histories
