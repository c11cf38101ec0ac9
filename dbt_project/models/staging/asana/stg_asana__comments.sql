{#- When who commented on which task. -#}

with

stories as (

    select
        work_item_id,
        story_id,
        account_id,
        acted_at
    from {{ ref('base_asana__stories') }}
    where kind = 'commented'

),

comments as (

    select
        work_item_id || ':' || story_id as comment_id,
        work_item_id,
        account_id,
        acted_at as written_at
    from stories

)

select * from comments
