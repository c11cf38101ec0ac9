{#- One row per task and sub-task, in its newest copy, with its present state. -#}

with

tasks as (

    select * from {{ ref('base_asana__tasks') }}

),

present_states as (

    select * from {{ ref('base_asana__present_states') }}

),

task_sizes as (

    select * from {{ ref('base_asana__task_sizes') }}

),

deletions as (

    select * from {{ ref('base_asana__deletions') }}

),

hidden_tasks as (

    select work_item_id from {{ ref('base_asana__hidden_tasks') }}

),

work_items as (

    select
        tasks.work_item_id,
        tasks.source,
        tasks.task_id as native_id,
        cast(null as varchar) as key,
        coalesce(tasks.subtype, 'default_task') as item_type,
        tasks.title,
        tasks.url,
        tasks.source || ':' || tasks.parent_id as parent_work_item_id,
        tasks.source || ':' || tasks.creator_id as created_by,
        present_states.status_name,
        present_states.status_category,
        case when tasks.parent_id is null then 0 else -1 end as hierarchy_level,
        task_sizes.estimate_hours,
        task_sizes.points,
        cast(null as double) as unread_log_seconds,
        false as is_size_ambiguous,
        present_states.is_unmapped as is_status_unmapped,
        tasks.has_history,
        hidden_tasks.work_item_id is not null and deletions.work_item_id is null as is_not_visible,
        cast(null as timestamp) as history_from,
        tasks.created_at,
        tasks.updated_at,
        tasks.completed_at,
        tasks.due_on,
        deletions.deleted_at
    from tasks
    inner join present_states on tasks.work_item_id = present_states.work_item_id
    left join task_sizes on tasks.work_item_id = task_sizes.work_item_id
    left join deletions on tasks.work_item_id = deletions.work_item_id
    left join hidden_tasks on tasks.work_item_id = hidden_tasks.work_item_id

)

select * from work_items
