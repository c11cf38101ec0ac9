{#- The instants at which a card's state may have changed: its start, a change of its list, its
    archiving or its due date's completion, and the archiving of the list it was in. One row per
    card and instant, told by the last action of that instant. -#}

with

state_spans as (

    select
        work_item_id,
        account_id,
        action_id,
        field,
        value,
        from_at,
        to_at
    from {{ ref('base_trello__state_spans') }}
    where field in ('idList', 'closed', 'dueComplete')

),

list_changes as (

    select
        source || ':' || list_id as source_list_id,
        account_id,
        action_id,
        from_at as changed_at
    from {{ ref('base_trello__list_spans') }}
    where from_at is not null

),

card_lists as (

    select
        state_spans.work_item_id,
        cards.source || ':' || state_spans.value as source_list_id,
        state_spans.from_at,
        state_spans.to_at
    from state_spans
    inner join {{ ref('base_trello__cards') }} as cards
        on state_spans.work_item_id = cards.work_item_id
    where state_spans.field = 'idList'

),

moments as (

    select
        work_item_id,
        account_id,
        action_id,
        field,
        from_at as changed_at
    from state_spans
    union all
    select
        card_lists.work_item_id,
        list_changes.account_id,
        list_changes.action_id,
        'list.closed' as field,
        list_changes.changed_at
    from list_changes
    inner join card_lists
        on
            list_changes.source_list_id = card_lists.source_list_id
            and list_changes.changed_at > card_lists.from_at
            and (card_lists.to_at is null or list_changes.changed_at < card_lists.to_at)

),

card_moments as (

    select
        work_item_id,
        max_by(account_id, action_id) as account_id,
        max_by(field, action_id) as field,
        changed_at
    from moments
    group by work_item_id, changed_at

)

select * from card_moments
