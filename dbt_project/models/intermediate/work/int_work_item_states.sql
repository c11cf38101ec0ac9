{#- What each work item is as of the run: its state from its history where it has one, else as the
    tracker tells it; when it was last completed; whether it is a container of others. -#}

with

work_items as (

    select * from {{ ref('int_work_items_unioned') }}

),

last_changes as (

    select
        work_item_id,
        max_by(status_category, changed_at) as status_category,
        max_by(status_name, changed_at) as status_name,
        max_by(is_unmapped, changed_at) as is_unmapped
    from {{ ref('int_status_changes_unioned') }}
    group by work_item_id

),

last_completions as (

    select
        work_item_id,
        max(completed_at) as completed_at,
        max_by(is_administrative, completed_at) as is_administrative
    from {{ ref('int_completions') }}
    group by work_item_id

),

parents as (

    select distinct parent_work_item_id as work_item_id
    from work_items
    where parent_work_item_id is not null

),

states as (

    select
        work_items.work_item_id,
        work_items.source,
        work_items.native_id,
        work_items.key,
        work_items.item_type,
        work_items.title,
        work_items.url,
        work_items.parent_work_item_id,
        coalesce(last_changes.status_name, work_items.status_name) as status_name,
        coalesce(last_changes.status_category, work_items.status_category) as status_category,
        work_items.estimate_hours,
        work_items.points,
        parents.work_item_id is not null or coalesce(work_items.hierarchy_level, 0) >= 1
            as is_container,
        coalesce(last_changes.is_unmapped, work_items.is_status_unmapped) as is_status_unmapped,
        work_items.has_history,
        work_items.is_not_visible,
        coalesce(last_completions.is_administrative, false) as is_completed_administratively,
        work_items.created_at,
        case
            when not work_items.has_history then work_items.completed_at
            else last_completions.completed_at
        end as last_completed_at,
        work_items.due_on,
        work_items.deleted_at
    from work_items
    left join last_changes on work_items.work_item_id = last_changes.work_item_id
    left join last_completions on work_items.work_item_id = last_completions.work_item_id
    left join parents on work_items.work_item_id = parents.work_item_id

),

work_item_states as (

    select
        *,
        case when status_category = 'done' then last_completed_at end as completed_at
    from states

)

select * from work_item_states
