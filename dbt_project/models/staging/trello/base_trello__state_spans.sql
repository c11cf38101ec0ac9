{#- The value of each field that makes up a card's state (list, board, archived, due date met) from
    when to when. Backwards from the present: before its first change a field had that change's old
    value; one that never changed was always as it is. -#}

{{ config(materialized='table') }}

with

histories as (

    select
        work_item_id,
        created_list_id,
        start_at
    from {{ ref('base_trello__histories') }}
    where has_history

),

cards as (

    select
        work_item_id,
        board_id,
        list_id,
        case when is_closed then 'true' else 'false' end as closed,
        case when is_due_complete then 'true' else 'false' end as due_complete
    from {{ ref('base_trello__cards') }}

),

present as (

    {%- for field, column in [
        ('idList', 'list_id'), ('idBoard', 'board_id'), ('closed', 'closed'),
        ('dueComplete', 'due_complete')
    ] %}
        select
            work_item_id,
            '{{ field }}' as field,
            {{ column }} as present_value
        from cards
        {{ 'union all' if not loop.last }}
    {%- endfor %}

),

changes as (

    select
        work_item_id,
        account_id,
        action_id,
        field,
        old_value,
        new_value,
        acted_at,
        row_number() over one_field as place,
        lead(acted_at) over one_field as next_at,
        lead(old_value) over one_field as next_old_value
    from {{ ref('base_trello__card_events') }}
    where kind = 'changed' and field in ('idList', 'idBoard', 'closed', 'dueComplete')
    window one_field as (partition by work_item_id, field order by acted_at, action_id)

),

spans as (

    select
        present.work_item_id,
        null as account_id,
        '' as action_id,
        present.field,
        case
            when changes.work_item_id is null then present.present_value
            when present.field = 'idList'
                then coalesce(changes.old_value, histories.created_list_id)
            else changes.old_value
        end as value,
        histories.start_at as from_at,
        changes.acted_at as to_at
    from present
    inner join histories on present.work_item_id = histories.work_item_id
    left join changes
        on
            present.work_item_id = changes.work_item_id
            and present.field = changes.field
            and changes.place = 1
    union all
    select
        changes.work_item_id,
        changes.account_id,
        changes.action_id,
        changes.field,
        coalesce(
            changes.new_value,
            changes.next_old_value,
            case when changes.next_at is null then present.present_value end
        ) as value,
        greatest(changes.acted_at, histories.start_at) as from_at,
        changes.next_at as to_at
    from changes
    inner join histories on changes.work_item_id = histories.work_item_id
    inner join present
        on changes.work_item_id = present.work_item_id and changes.field = present.field

),

state_spans as (

    -- a span without length was over in the instant in which it began
    select * from spans
    where to_at is null or to_at > from_at

)

select * from state_spans
