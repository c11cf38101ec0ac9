{#- Every list and every board, also a board of which only cards have landed. -#}

with

lists as (

    select
        source,
        list_id,
        list_name
    from {{ ref('base_trello__lists') }}
    where list_id is not null

),

boards as (

    select
        source,
        record_id as board_id,
        board_name,
        short_link,
        {{ newest_copy() }} as age
    from {{ source('landed', 'trello_boards') }}

),

boards_of_cards as (

    select
        cards.source,
        state_spans.value as board_id
    from {{ ref('base_trello__state_spans') }} as state_spans
    inner join {{ ref('base_trello__cards') }} as cards
        on state_spans.work_item_id = cards.work_item_id
    where state_spans.field = 'idBoard' and state_spans.value is not null
    union
    select
        source,
        board_id
    from {{ ref('base_trello__cards') }}

),

lists_of_cards as (

    select distinct
        cards.source,
        cards.list_id
    from {{ ref('base_trello__cards') }} as cards
    left join lists on cards.source = lists.source and cards.list_id = lists.list_id
    where lists.list_id is null

),

containers as (

    select
        source || ':list:' || list_id as container_id,
        source,
        'list' as kind,
        list_id as native_id,
        cast(null as varchar) as key,
        list_name as name,
        cast(null as varchar) as short_link
    from lists
    union all
    select
        source || ':list:' || list_id as container_id,
        source,
        'list' as kind,
        list_id as native_id,
        cast(null as varchar) as key,
        cast(null as varchar) as name,
        cast(null as varchar) as short_link
    from lists_of_cards
    union all
    select
        boards_of_cards.source || ':board:' || boards_of_cards.board_id as container_id,
        boards_of_cards.source,
        'board' as kind,
        boards_of_cards.board_id as native_id,
        cast(null as varchar) as key,
        boards.board_name as name,
        boards.short_link
    from boards_of_cards
    left join boards
        on
            boards_of_cards.source = boards.source
            and boards_of_cards.board_id = boards.board_id
            and boards.age = 1
    union all
    select
        boards.source || ':board:' || boards.board_id as container_id,
        boards.source,
        'board' as kind,
        boards.board_id as native_id,
        cast(null as varchar) as key,
        boards.board_name as name,
        boards.short_link
    from boards
    left join boards_of_cards
        on boards.source = boards_of_cards.source and boards.board_id = boards_of_cards.board_id
    where boards.age = 1 and boards_of_cards.board_id is null

)

select * from containers
