{#- Every text on a task in which an identifier may stand, with who wrote it and when: the last
    story about it, else (for title and description of a task with history) whoever created it. -#}

with

present_texts as (

    select * from {{ ref('base_asana__present_texts') }}

),

tasks as (

    select
        work_item_id,
        source || ':' || creator_id as created_by,
        created_at
    from {{ ref('base_asana__tasks') }}
    where has_history

),

stories as (

    select
        work_item_id,
        field as written_field,
        -- of tags, the story that put this one on; of anything else, the last one
        case when subtype = 'added_to_tag' then coalesce(tag_id, '') else '' end as written_value,
        max_by(account_id, place) as account_id,
        max(acted_at) as written_at
    from {{ ref('base_asana__stories') }}
    where kind = 'changed' and subtype is distinct from 'removed_from_tag'
    group by 1, 2, 3

),

item_texts as (

    select
        present_texts.work_item_id,
        present_texts.kind,
        present_texts.field_id,
        present_texts.field_name,
        present_texts.text,
        case
            when stories.work_item_id is not null then stories.account_id
            when present_texts.kind in ('title', 'description') then tasks.created_by
        end as account_id,
        case
            when stories.work_item_id is not null then stories.written_at
            when present_texts.kind in ('title', 'description') then tasks.created_at
        end as written_at
    from present_texts
    left join stories
        on
            present_texts.work_item_id = stories.work_item_id
            and present_texts.written_field = stories.written_field
            and present_texts.written_value = stories.written_value
    left join tasks on present_texts.work_item_id = tasks.work_item_id

)

select * from item_texts
