{#- The state of each card at every instant at which it may have changed: due date met means done;
    archived (alone or with its list) means done in a done list, else dropped; otherwise the list
    says it, by its present name. -#}

{{ config(materialized='table') }}

with

state_spans as (

    select
        work_item_id,
        field,
        value,
        from_at,
        to_at
    from {{ ref('base_trello__state_spans') }}

),

list_spans as (

    select
        source,
        list_id,
        is_closed,
        from_at,
        to_at
    from {{ ref('base_trello__list_spans') }}

),

fields as (

    select
        moments.work_item_id,
        moments.account_id,
        moments.field,
        moments.changed_at,
        cards.source,
        max(case when state_spans.field = 'idList' then state_spans.value end) as list_id,
        bool_or(state_spans.field = 'dueComplete' and state_spans.value = 'true')
            as is_due_complete,
        bool_or(state_spans.field = 'closed' and state_spans.value = 'true') as is_closed
    from {{ ref('base_trello__moments') }} as moments
    inner join {{ ref('base_trello__cards') }} as cards
        on moments.work_item_id = cards.work_item_id
    inner join state_spans
        on
            moments.work_item_id = state_spans.work_item_id
            and moments.changed_at >= state_spans.from_at
            and (state_spans.to_at is null or moments.changed_at < state_spans.to_at)
    group by
        moments.work_item_id, moments.account_id, moments.field, moments.changed_at, cards.source

),

states as (

    select
        fields.work_item_id,
        fields.account_id,
        fields.field,
        fields.changed_at,
        coalesce(lists.list_name, fields.list_id, '(unknown)') as status_name,
        coalesce(lists.status_category, 'todo') as list_category,
        coalesce(lists.is_unmapped, true) as is_list_unmapped,
        fields.is_due_complete,
        fields.is_closed,
        fields.is_closed or coalesce(list_spans.is_closed, false) as is_archived
    from fields
    left join {{ ref('base_trello__lists') }} as lists
        on fields.source = lists.source and fields.list_id = lists.list_id
    left join list_spans
        on
            fields.source = list_spans.source
            and fields.list_id = list_spans.list_id
            and (list_spans.from_at is null or fields.changed_at >= list_spans.from_at)
            and (list_spans.to_at is null or fields.changed_at < list_spans.to_at)

),

card_states as (

    select
        work_item_id,
        account_id,
        field,
        status_name,
        {{ trello_category('list_category', 'is_due_complete', 'is_archived') }} as status_category,
        is_list_unmapped and not is_due_complete and not is_archived as is_unmapped,
        field = 'list.closed' and not is_closed as is_archived_by_list,
        changed_at
    from states

)

select * from card_states
