{#- Each task with itself (depth 0) and the tasks above it, nearest first. No deeper than 20, so
    that a circle of parents ends. -#}

with recursive

parents as (

    select
        tasks.work_item_id,
        parents.work_item_id as parent_work_item_id
    from {{ ref('base_asana__tasks') }} as tasks
    inner join {{ ref('base_asana__tasks') }} as parents
        on
            tasks.source = parents.source
            and tasks.parent_id = parents.task_id
            and tasks.task_id <> parents.task_id

),

ancestors as (

    select
        work_item_id,
        work_item_id as ancestor_id,
        0 as depth
    from {{ ref('base_asana__tasks') }}
    union all
    select
        ancestors.work_item_id,
        parents.parent_work_item_id as ancestor_id,
        ancestors.depth + 1 as depth
    from ancestors
    inner join parents on ancestors.ancestor_id = parents.work_item_id
    where ancestors.depth < 20

)

select * from ancestors
