{#- What happened to each landed task, over all its copies. The same story may stand in several
    copies of a task; the newest tells it. -#}

{{ config(materialized='table') }}

with

copies as (

    select
        source || ':' || task_id as work_item_id,
        source,
        story_id,
        position,
        kind,
        subtype,
        field,
        project_id,
        old_section_id,
        old_section_name,
        new_section_id,
        new_section_name,
        assignee_id,
        tag_id,
        source || ':' || creator_id as account_id,
        acted_at,
        {{ newest_copy('task_id, story_id') }} as age
    from {{ source('landed', 'asana_stories') }}

),

tasks as (

    select work_item_id from {{ ref('base_asana__tasks') }}

),

stories as (

    select
        copies.work_item_id,
        copies.source,
        copies.story_id,
        copies.kind,
        copies.subtype,
        copies.field,
        copies.project_id,
        copies.old_section_id,
        copies.old_section_name,
        copies.new_section_id,
        copies.new_section_name,
        copies.assignee_id,
        copies.tag_id,
        copies.account_id,
        copies.acted_at,
        -- within one instant, in the order in which Asana made them
        row_number() over (
            partition by copies.work_item_id
            order by
                copies.acted_at,
                try_cast(copies.story_id as bigint) nulls last,
                copies.position,
                copies.story_id
        ) as place
    from copies
    inner join tasks on copies.work_item_id = tasks.work_item_id
    where copies.age = 1

)

select * from stories
