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

out_of_sight as (

    select work_item_id from {{ ref('base_trello__out_of_sight') }}

),

card_sizes as (

    select * from {{ ref('base_trello__card_sizes') }}

),

work_items as (

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
        cast(null as double) as unread_log_seconds,
        false as is_size_ambiguous,
        coalesce(lists.is_unmapped, true)
        and not (cards.is_due_complete or cards.is_closed or coalesce(lists.is_closed, false))
            as is_status_unmapped,
        histories.has_history,
        out_of_sight.work_item_id is not null as is_not_visible,
        histories.history_from,
        histories.created_at,
        cards.updated_at,
        cards.completed_at,
        cast(cards.due_at as date) as due_on,
        histories.deleted_at
    from cards
    inner join histories on cards.work_item_id = histories.work_item_id
    left join lists on cards.source = lists.source and cards.list_id = lists.list_id
    left join out_of_sight on cards.work_item_id = out_of_sight.work_item_id
    left join card_sizes on cards.work_item_id = card_sizes.work_item_id

)

select * from work_items
