{#- In which list and on which board each card was, from when to when. A card without history is in
    its present ones, nobody knows since when. -#}

with

cards as (

    select
        cards.work_item_id,
        cards.source,
        cards.list_id,
        cards.board_id,
        histories.has_history
    from {{ ref('base_trello__cards') }} as cards
    inner join {{ ref('base_trello__histories') }} as histories
        on cards.work_item_id = histories.work_item_id

),

spans as (

    select
        work_item_id,
        case field when 'idList' then ':list:' else ':board:' end as kind,
        value,
        from_at,
        to_at
    from {{ ref('base_trello__state_spans') }}
    where field in ('idList', 'idBoard') and value is not null

),

item_containers as (

    select
        cards.work_item_id,
        cards.source || spans.kind || spans.value as container_id,
        spans.from_at,
        spans.to_at
    from cards
    inner join spans on cards.work_item_id = spans.work_item_id
    union all
    select
        work_item_id,
        source || ':list:' || list_id as container_id,
        cast(null as timestamp) as from_at,
        cast(null as timestamp) as to_at
    from cards
    where not has_history
    union all
    select
        work_item_id,
        source || ':board:' || board_id as container_id,
        cast(null as timestamp) as from_at,
        cast(null as timestamp) as to_at
    from cards
    where not has_history

)

select * from item_containers
