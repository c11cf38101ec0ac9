{#- The values of custom fields on each task, in its newest copy: one row per value. A field bears
    the name that its own record tells last: renaming it modifies no task. -#}

with

tasks as (

    select
        work_item_id,
        source,
        task_id,
        record_digest
    from {{ ref('base_asana__tasks') }}

),

field_names as (

    select
        source,
        record_id as field_id,
        field_name,
        {{ newest_copy() }} as age
    from {{ source('landed', 'asana_custom_fields') }}

),

task_fields as (

    select
        tasks.work_item_id,
        tasks.source,
        task_fields.field_id,
        coalesce(field_names.field_name, task_fields.field_name, task_fields.field_id)
            as field_name,
        task_fields.text,
        coalesce(task_fields.number_value, try_cast(task_fields.text as double)) as amount
    from tasks
    inner join {{ source('landed', 'asana_task_fields') }} as task_fields
        on
            tasks.source = task_fields.source
            and tasks.task_id = task_fields.record_id
            and tasks.record_digest = task_fields.record_digest
    left join field_names
        on
            task_fields.source = field_names.source
            and task_fields.field_id = field_names.field_id
            and field_names.age = 1

)

select * from task_fields
