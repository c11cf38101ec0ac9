{#- The goals that each task supports at present: as its newest copy names them, and as the newest
    copy of each goal names what supports it. -#}

with

tasks as (

    select
        work_item_id,
        source,
        task_id,
        record_digest
    from {{ ref('base_asana__tasks') }}

),

goals as (

    select
        source,
        record_id as goal_id,
        record_digest,
        goal_name,
        {{ newest_copy() }} as age
    from {{ source('landed', 'asana_goals') }}

),

named_by_tasks as (

    select
        tasks.work_item_id,
        task_goals.goal_id,
        coalesce(task_goals.goal_name, goals.goal_name) as goal_name
    from tasks
    inner join {{ source('landed', 'asana_task_goals') }} as task_goals
        on
            tasks.source = task_goals.source
            and tasks.task_id = task_goals.record_id
            and tasks.record_digest = task_goals.record_digest
    left join goals
        on
            task_goals.source = goals.source
            and task_goals.goal_id = goals.goal_id
            and goals.age = 1

),

named_by_goals as (

    select
        tasks.work_item_id,
        goals.goal_id,
        goals.goal_name
    from goals
    inner join {{ source('landed', 'asana_goal_support') }} as support
        on
            goals.source = support.source
            and goals.goal_id = support.record_id
            and goals.record_digest = support.record_digest
    inner join tasks on support.source = tasks.source and support.supporting_id = tasks.task_id
    where goals.age = 1 and support.supporting_type = 'task'

)

select * from named_by_tasks
union
select * from named_by_goals
