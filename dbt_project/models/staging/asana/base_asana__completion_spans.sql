{#- Whether each task with history was complete, from when to when. Before its first story about
    it a task was the other way; without any it is as it always was. Where the task tells when it was
    completed and no story does, that is believed. -#}

with

tasks as (

    select
        work_item_id,
        is_completed,
        created_at,
        completed_at
    from {{ ref('base_asana__tasks') }}
    where has_history

),

marks as (

    select
        work_item_id,
        subtype = 'marked_complete' as is_completed,
        acted_at,
        place
    from {{ ref('base_asana__stories') }}
    where field = 'completed'

),

last_marks as (

    select
        work_item_id,
        max_by(is_completed, place) as is_completed,
        max(acted_at) as acted_at
    from marks
    group by work_item_id

),

events as (

    select
        work_item_id,
        is_completed,
        acted_at,
        place
    from marks
    union all
    select
        tasks.work_item_id,
        true as is_completed,
        tasks.completed_at as acted_at,
        cast(null as bigint) as place
    from tasks
    left join last_marks on tasks.work_item_id = last_marks.work_item_id
    where
        tasks.is_completed
        and tasks.completed_at > coalesce(last_marks.acted_at, tasks.created_at)
        and not coalesce(last_marks.is_completed, false)

),

ordered as (

    select
        work_item_id,
        is_completed,
        acted_at,
        row_number() over one_task as nth,
        lead(acted_at) over one_task as next_at
    from events
    window one_task as (partition by work_item_id order by acted_at, place nulls last)

),

spans as (

    select
        tasks.work_item_id,
        coalesce(not ordered.is_completed, tasks.is_completed) as is_completed,
        tasks.created_at as from_at,
        ordered.acted_at as to_at
    from tasks
    left join ordered on tasks.work_item_id = ordered.work_item_id and ordered.nth = 1
    union all
    select
        ordered.work_item_id,
        ordered.is_completed,
        greatest(ordered.acted_at, tasks.created_at) as from_at,
        ordered.next_at as to_at
    from ordered
    inner join tasks on ordered.work_item_id = tasks.work_item_id

),

completion_spans as (

    select * from spans
    where to_at is null or to_at > from_at

)

select * from completion_spans
