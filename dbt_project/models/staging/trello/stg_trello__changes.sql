{#- Every change of a card, one row per changed field. Archiving a list, or bringing it back, is a
    change of every card in it that is not archived itself. Order in a list, comments and creation
    are no changes. -#}

with

card_events as (

    select distinct
        work_item_id,
        account_id,
        action_id,
        field,
        acted_at
    from {{ ref('base_trello__card_events') }}
    where kind = 'changed'

),

states as (

    select
        work_item_id,
        account_id,
        field,
        changed_at
    from {{ ref('base_trello__states') }}
    where is_archived_by_list

),

changes as (

    select
        action_id || ':' || field || ':' || work_item_id as change_id,
        work_item_id,
        account_id,
        field,
        acted_at as changed_at
    from card_events
    union all
    select
        'list:' || work_item_id || ':' || cast(changed_at as varchar) as change_id,
        work_item_id,
        account_id,
        field,
        changed_at
    from states

)

select * from changes
