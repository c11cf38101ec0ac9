{#- Every text on a card in which an identifier may stand, with who wrote it and when: the last
    change of it, else (for title and description) whoever created the card. -#}

with

present_texts as (

    select * from {{ ref('base_trello__present_texts') }}

),

changes as (

    select
        work_item_id,
        field as written_field,
        -- of labels, the change that put this one on; of anything else, the last one
        case when field = 'idLabels' then coalesce(new_value, '(removed)') else '' end
            as written_value,
        max_by(account_id, acted_at) as account_id,
        max(acted_at) as written_at
    from {{ ref('base_trello__card_events') }}
    where kind = 'changed'
    group by 1, 2, 3

),

creations as (

    select
        work_item_id,
        created_by as account_id,
        created_at as written_at
    from {{ ref('base_trello__histories') }}
    where is_complete

),

item_texts as (

    select
        present_texts.work_item_id,
        present_texts.kind,
        present_texts.field_id,
        present_texts.field_name,
        present_texts.text,
        case
            when changes.work_item_id is not null then changes.account_id
            when present_texts.kind in ('title', 'description') then creations.account_id
        end as account_id,
        case
            when changes.work_item_id is not null then changes.written_at
            when present_texts.kind in ('title', 'description') then creations.written_at
        end as written_at
    from present_texts
    left join changes
        on
            present_texts.work_item_id = changes.work_item_id
            and present_texts.written_field = changes.written_field
            and present_texts.written_value = changes.written_value
    left join creations on present_texts.work_item_id = creations.work_item_id

)

select * from item_texts
