{#- Every task in its newest copy. What stands inside it (tags, custom fields, memberships) is that
    of this copy; its stories are those of all copies. -#}

{{ config(materialized='table') }}

with

copies as (

    select
        source || ':' || record_id as work_item_id,
        source,
        record_id as task_id,
        record_digest,
        subtype,
        title,
        description,
        url,
        parent_id,
        assignee_id,
        creator_id,
        estimated_minutes,
        is_completed,
        due_on,
        created_at,
        updated_at,
        completed_at,
        bool_or(has_stories) over (partition by source, record_id) as has_stories,
        {{ newest_copy() }} as age
    from {{ source('landed', 'asana_tasks') }}

),

-- a sub-task that stands inside its parent need not name it
subtasks as (

    select
        source,
        subtask_id,
        max_by(record_id, coalesce(record_version, pulled_at)) as parent_id
    from {{ source('landed', 'asana_subtasks') }}
    where subtask_id is not null
    group by source, subtask_id

),

stories as (

    select
        source,
        task_id,
        min(acted_at) as first_at
    from {{ source('landed', 'asana_stories') }}
    group by source, task_id

),

standing_alone as (

    select distinct
        source,
        task_id
    from {{ source('landed', 'asana_stories') }}
    where record_id <> task_id

),

tasks as (

    select
        copies.work_item_id,
        copies.source,
        copies.task_id,
        copies.record_digest,
        copies.subtype,
        copies.title,
        copies.description,
        copies.url,
        coalesce(copies.parent_id, subtasks.parent_id) as parent_id,
        copies.assignee_id,
        copies.creator_id,
        copies.estimated_minutes,
        copies.is_completed,
        (copies.has_stories or standing_alone.task_id is not null)
        and coalesce(copies.created_at, stories.first_at) is not null as has_history,
        copies.due_on,
        coalesce(copies.created_at, stories.first_at) as created_at,
        copies.updated_at,
        copies.completed_at
    from copies
    left join subtasks
        on copies.source = subtasks.source and copies.task_id = subtasks.subtask_id
    left join stories
        on copies.source = stories.source and copies.task_id = stories.task_id
    left join standing_alone
        on copies.source = standing_alone.source and copies.task_id = standing_alone.task_id
    where copies.age = 1

)

select * from tasks
