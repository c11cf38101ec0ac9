{#- Every text on a task in which an identifier may stand: title, description, tags, custom fields
    and the goals it supports. `written_field` and `written_value` tell which story put it there. -#}

with

tag_names as (

    select
        source,
        tag_id,
        max_by(tag_name, told_at) as tag_name
    from (
        select
            source,
            record_id as tag_id,
            tag_name,
            coalesce(record_version, pulled_at) as told_at
        from {{ source('landed', 'asana_tags') }}
        union all
        select
            source,
            tag_id,
            tag_name,
            coalesce(record_version, pulled_at) as told_at
        from {{ source('landed', 'asana_task_tags') }}
    ) as named
    where tag_name is not null
    group by source, tag_id

),

texts as (

    select
        work_item_id,
        'title' as kind,
        null as field_id,
        null as field_name,
        title as text,
        'name' as written_field,
        '' as written_value
    from {{ ref('base_asana__tasks') }}
    union all
    select
        work_item_id,
        'description' as kind,
        null as field_id,
        null as field_name,
        description as text,
        'notes' as written_field,
        '' as written_value
    from {{ ref('base_asana__tasks') }}
    union all
    select
        tasks.work_item_id,
        'label' as kind,
        task_tags.tag_id as field_id,
        null as field_name,
        coalesce(tag_names.tag_name, task_tags.tag_name) as text,
        'tags' as written_field,
        task_tags.tag_id as written_value
    from {{ ref('base_asana__tasks') }} as tasks
    inner join {{ source('landed', 'asana_task_tags') }} as task_tags
        on
            tasks.source = task_tags.source
            and tasks.task_id = task_tags.record_id
            and tasks.record_digest = task_tags.record_digest
    left join tag_names
        on task_tags.source = tag_names.source and task_tags.tag_id = tag_names.tag_id
    union all
    select
        work_item_id,
        'goal' as kind,
        goal_id as field_id,
        null as field_name,
        goal_name as text,
        'goal' as written_field,
        '' as written_value
    from {{ ref('base_asana__task_goals') }}
    union all
    select
        work_item_id,
        'field' as kind,
        field_id,
        field_name,
        text,
        'customField:' || field_id as written_field,
        '' as written_value
    from {{ ref('base_asana__task_fields') }}

),

present_texts as (

    select distinct * from texts
    where text <> ''

)

select * from present_texts
