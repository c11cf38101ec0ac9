{#- One row per card, in its newest copy, with its present state. -#}

with

cards as (

    select * from {{ ref('base_trello__cards') }}

),

histories as (

    select * from {{ ref('base_trello__histories') }}

),

lists as (

    select * from {{ ref('base_trello__lists') }}

),

boards as (

    select distinct
        source,
        record_id as board_id
    from {{ source('landed', 'trello_boards') }}

),

last_boards as (

    select
        work_item_id,
        value as board_id
    from {{ ref('base_trello__state_spans') }}
    where field = 'idBoard' and to_at is null

),

card_sizes as (

    select * from {{ ref('base_trello__card_sizes') }}

)

select
    cards.work_item_id,
    cards.source,
    cards.card_id as native_id,
    cards.short_link as key,
    'card' as item_type,
    cards.title,
    cards.url,
    cast(null as varchar) as parent_work_item_id,
    histories.created_by,
    coalesce(lists.list_name, cards.list_id) as status_name,
    {{ trello_category(
        "coalesce(lists.status_category, 'todo')",
        'cards.is_due_complete',
        'cards.is_closed or coalesce(lists.is_closed, false)'
    ) }} as status_category,
    0 as hierarchy_level,
    card_sizes.estimate_hours,
    card_sizes.points,
    coalesce(lists.is_unmapped, true)
    and not (cards.is_due_complete or cards.is_closed or coalesce(lists.is_closed, false))
        as is_status_unmapped,
    histories.has_history,
    -- moved to a board that nobody here can see
    coalesce(last_boards.board_id <> cards.board_id and boards.board_id is null, false)
        as is_not_visible,
    histories.history_from,
    histories.created_at,
    cards.updated_at,
    cards.completed_at,
    cast(cards.due_at as date) as due_on,
    histories.deleted_at
from cards
inner join histories on cards.work_item_id = histories.work_item_id
left join lists on cards.source = lists.source and cards.list_id = lists.list_id
left join last_boards on cards.work_item_id = last_boards.work_item_id
left join boards
    on cards.source = boards.source and last_boards.board_id = boards.board_id
left join card_sizes on cards.work_item_id = card_sizes.work_item_id
