{#- The values of custom fields on each task, in its newest copy: one row per value. -#}

with

tasks as (

    select
        work_item_id,
        source,
        task_id,
        record_digest
    from {{ ref('base_asana__tasks') }}

)

select
    tasks.work_item_id,
    tasks.source,
    task_fields.field_id,
    coalesce(task_fields.field_name, task_fields.field_id) as field_name,
    task_fields.text,
    coalesce(task_fields.number_value, try_cast(task_fields.text as double)) as amount
from tasks
inner join {{ source('landed', 'asana_task_fields') }} as task_fields
    on
        tasks.source = task_fields.source
        and tasks.task_id = task_fields.record_id
        and tasks.record_digest = task_fields.record_digest
