{#- Every state that a card went into, with its first known state as the start. One row per card and
    instant; only cards with history. -#}

with

states as (

    select * from {{ ref('base_trello__states') }}

),

histories as (

    select
        work_item_id,
        created_by,
        history_from,
        start_at
    from {{ ref('base_trello__histories') }}

),

status_changes as (

    select
        states.work_item_id,
        states.status_name,
        states.status_category,
        case
            when states.changed_at > histories.start_at then states.account_id
            when histories.history_from is null then histories.created_by
        end as account_id,
        case
            when states.changed_at > histories.start_at then states.field
            else 'created'
        end as field,
        states.changed_at = histories.start_at as is_start,
        states.is_unmapped,
        states.changed_at
    from states
    inner join histories on states.work_item_id = histories.work_item_id

)

select * from status_changes
