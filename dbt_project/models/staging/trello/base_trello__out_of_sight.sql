{#- The cards that nobody here can see any more: moved to a board that never landed, or hidden alone
    or with their whole board. They keep their last known state. -#}

with

cards as (

    select
        work_item_id,
        source,
        card_id,
        board_id
    from {{ ref('base_trello__cards') }}

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

absences as (

    select
        source,
        is_board,
        native_id
    from {{ ref('base_trello__absences') }}
    where outcome in ('access_lost', 'unobserved')

),

out_of_sight as (

    select cards.work_item_id
    from cards
    inner join last_boards on cards.work_item_id = last_boards.work_item_id
    left join boards on cards.source = boards.source and last_boards.board_id = boards.board_id
    where last_boards.board_id <> cards.board_id and boards.board_id is null
    union
    select cards.work_item_id
    from cards
    inner join absences
        on
            cards.source = absences.source
            and cards.card_id = absences.native_id
            and not absences.is_board
    union
    select cards.work_item_id
    from cards
    inner join absences
        on
            cards.source = absences.source
            and cards.board_id = absences.native_id
            and absences.is_board

)

select * from out_of_sight
