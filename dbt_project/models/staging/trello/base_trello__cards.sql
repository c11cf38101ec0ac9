{#- Every card in its newest copy. Its members, labels and custom fields are those of that copy. A
    card that does not name its board is on the board of its list. -#}

{{ config(materialized='table') }}

with

copies as (

    select
        source || ':' || record_id as work_item_id,
        source,
        record_id as card_id,
        record_digest,
        board_id,
        list_id,
        short_link,
        title,
        description,
        url,
        is_closed,
        is_due_complete,
        due_at,
        created_at,
        updated_at,
        completed_at,
        {{ newest_copy() }} as age
    from {{ source('landed', 'trello_cards') }}

),

board_lists as (

    select
        source,
        list_id,
        max_by(record_id, coalesce(record_version, pulled_at)) as board_id
    from {{ source('landed', 'trello_board_lists') }}
    group by source, list_id

),

cards as (

    select
        copies.work_item_id,
        copies.source,
        copies.card_id,
        copies.record_digest,
        coalesce(copies.board_id, board_lists.board_id) as board_id,
        copies.list_id,
        copies.short_link,
        copies.title,
        copies.description,
        copies.url,
        copies.is_closed,
        copies.is_due_complete,
        copies.due_at,
        copies.created_at,
        copies.updated_at,
        copies.completed_at
    from copies
    left join board_lists
        on copies.source = board_lists.source and copies.list_id = board_lists.list_id
    where copies.age = 1

)

select * from cards
