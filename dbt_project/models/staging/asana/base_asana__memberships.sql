{#- The projects and sections that each task is in at present. -#}

with

tasks as (

    select
        work_item_id,
        source,
        task_id,
        record_digest
    from {{ ref('base_asana__tasks') }}

),

memberships as (

    select distinct
        tasks.work_item_id,
        tasks.source,
        coalesce(memberships.project_id, '') as project_id,
        memberships.section_id
    from tasks
    inner join {{ source('landed', 'asana_memberships') }} as memberships
        on
            tasks.source = memberships.source
            and tasks.task_id = memberships.record_id
            and tasks.record_digest = memberships.record_digest

)

select * from memberships
