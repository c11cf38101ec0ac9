{#- Every change of a task, one row per story that tells one. Comments, creation and notices are no
    changes. Moving a task is no change of its sub-tasks, although their state may follow. -#}

with

stories as (

    select
        work_item_id,
        story_id,
        account_id,
        field,
        acted_at
    from {{ ref('base_asana__stories') }}
    where kind = 'changed'

),

changes as (

    select
        work_item_id || ':' || story_id as change_id,
        work_item_id,
        account_id,
        field,
        acted_at as changed_at
    from stories

)

select * from changes
