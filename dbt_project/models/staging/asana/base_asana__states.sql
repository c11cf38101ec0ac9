{#- The state of each task at its start and at every instant at which its completion or its sections
    changed: complete means done; otherwise the highest of in_progress, done, todo, dropped over its
    sections; without any, todo. One row per task and instant; only tasks with history. -#}

{{ config(materialized='table') }}

with

completion_spans as (

    select * from {{ ref('base_asana__completion_spans') }}

),

section_spans as (

    select
        spans.work_item_id,
        sections.section_name,
        {{ category_rank('sections.status_category') }} as category_rank,
        sections.is_unmapped,
        spans.from_at,
        spans.to_at
    from {{ ref('base_asana__section_spans') }} as spans
    inner join {{ ref('base_asana__tasks') }} as tasks
        on spans.work_item_id = tasks.work_item_id and tasks.has_history
    inner join {{ ref('base_asana__sections') }} as sections
        on tasks.source = sections.source and spans.section_id = sections.section_id

),

instants as (

    select
        work_item_id,
        from_at as changed_at
    from completion_spans
    union
    select
        work_item_id,
        from_at as changed_at
    from section_spans
    union
    select
        work_item_id,
        to_at as changed_at
    from section_spans
    where to_at is not null

),

states as (

    select
        instants.work_item_id,
        instants.changed_at,
        bool_or(completion_spans.is_completed) as is_completed,
        max(section_spans.category_rank) as category_rank,
        max(cast(section_spans.category_rank as varchar) || section_spans.section_name)
            as ranked_name,
        bool_or(section_spans.is_unmapped) as is_any_unmapped
    from instants
    inner join completion_spans
        on
            instants.work_item_id = completion_spans.work_item_id
            and instants.changed_at >= completion_spans.from_at
            and (
                completion_spans.to_at is null or instants.changed_at < completion_spans.to_at
            )
    left join section_spans
        on
            instants.work_item_id = section_spans.work_item_id
            and instants.changed_at >= section_spans.from_at
            and (section_spans.to_at is null or instants.changed_at < section_spans.to_at)
    group by instants.work_item_id, instants.changed_at

),

task_states as (

    select
        work_item_id,
        {{ asana_status_name('is_completed', 'ranked_name') }} as status_name,
        {{ asana_category('is_completed', 'category_rank') }} as status_category,
        {{ asana_is_unmapped('is_completed', 'category_rank', 'is_any_unmapped') }} as is_unmapped,
        changed_at
    from states

)

select * from task_states
