{#- The tasks that nobody here may see at present, or that are no longer observed: said of the task
    itself, or of all projects it is in. A sub-task in no project goes with the task above it. -#}

with

outcomes as (

    select
        source,
        record_id,
        max_by(outcome, happened_at) in ('access_lost', 'unobserved') as is_hidden
    from {{ source('landed', 'asana_absences') }}
    group by source, record_id

),

tasks as (

    select
        work_item_id,
        source,
        task_id
    from {{ ref('base_asana__tasks') }}

),

projects as (

    select
        memberships.work_item_id,
        bool_and(coalesce(outcomes.is_hidden, false)) as is_hidden
    from {{ ref('base_asana__memberships') }} as memberships
    left join outcomes
        on
            memberships.source = outcomes.source
            and 'scope:' || memberships.project_id = outcomes.record_id
    group by memberships.work_item_id

),

placed as (

    -- the nearest task upwards that is in a project
    select
        ancestors.work_item_id,
        min_by(projects.is_hidden, ancestors.depth) as is_hidden
    from {{ ref('base_asana__ancestors') }} as ancestors
    inner join projects on ancestors.ancestor_id = projects.work_item_id
    group by ancestors.work_item_id

),

hidden_tasks as (

    select tasks.work_item_id
    from tasks
    left join outcomes on tasks.source = outcomes.source and tasks.task_id = outcomes.record_id
    left join placed on tasks.work_item_id = placed.work_item_id
    where coalesce(outcomes.is_hidden, false) or coalesce(placed.is_hidden, false)

)

select * from hidden_tasks
