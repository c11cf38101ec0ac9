{#- When who commented on which card. -#}

with

card_events as (

    select
        work_item_id,
        source,
        action_id,
        account_id,
        acted_at
    from {{ ref('base_trello__card_events') }}
    where kind = 'commented'

),

comments as (

    select
        source || ':' || action_id as comment_id,
        work_item_id,
        account_id,
        acted_at as written_at
    from card_events

)

select * from comments
