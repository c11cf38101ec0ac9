{#- Who was assigned to which task, from when to when. Backwards from the present: a task without a
    story about it was always its assignee's; before its first assignment it was nobody's. A
    deleted task's spans end where it was deleted. -#}

with

tasks as (

    select
        tasks.work_item_id,
        tasks.source,
        tasks.assignee_id,
        tasks.created_at,
        deletions.deleted_at
    from {{ ref('base_asana__tasks') }} as tasks
    left join {{ ref('base_asana__deletions') }} as deletions
        on tasks.work_item_id = deletions.work_item_id
    where tasks.has_history

),

events as (

    select
        work_item_id,
        subtype = 'unassigned' as is_unassigned,
        assignee_id,
        acted_at,
        row_number() over one_task as nth,
        lead(acted_at) over one_task as next_at,
        lead(case when subtype = 'unassigned' then assignee_id end) over one_task
            as next_unassigned_id
    from {{ ref('base_asana__stories') }}
    where field = 'assignee'
    window one_task as (partition by work_item_id order by place)

),

spans as (

    select
        tasks.work_item_id,
        case
            when events.work_item_id is null then tasks.assignee_id
            when events.is_unassigned then events.assignee_id
        end as assignee_id,
        tasks.created_at as from_at,
        events.acted_at as to_at
    from tasks
    left join events on tasks.work_item_id = events.work_item_id and events.nth = 1
    union all
    select
        tasks.work_item_id,
        coalesce(
            events.assignee_id,
            events.next_unassigned_id,
            case when events.next_at is null then tasks.assignee_id end
        ) as assignee_id,
        events.acted_at as from_at,
        events.next_at as to_at
    from tasks
    inner join events on tasks.work_item_id = events.work_item_id
    where not events.is_unassigned

),

known as (

    select
        spans.work_item_id,
        tasks.source || ':' || spans.assignee_id as account_id,
        greatest(spans.from_at, tasks.created_at) as from_at,
        case
            when spans.to_at is null or spans.to_at > tasks.deleted_at
                then coalesce(tasks.deleted_at, spans.to_at)
            else spans.to_at
        end as to_at
    from spans
    inner join tasks on spans.work_item_id = tasks.work_item_id
    where spans.assignee_id is not null

),

assignment_spans as (

    select * from known
    where to_at is null or to_at > from_at

)

select * from assignment_spans
