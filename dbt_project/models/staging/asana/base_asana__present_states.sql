{#- The state of each task as its newest copy has it, by the sections it counts as being in now. -#}

with

tasks as (

    select
        work_item_id,
        source,
        is_completed
    from {{ ref('base_asana__tasks') }}

),

sections as (

    select
        spans.work_item_id,
        sections.section_name,
        sections.is_unmapped,
        {{ category_rank('sections.status_category') }} as category_rank
    from {{ ref('base_asana__section_spans') }} as spans
    inner join tasks on spans.work_item_id = tasks.work_item_id
    inner join {{ ref('base_asana__sections') }} as sections
        on tasks.source = sections.source and spans.section_id = sections.section_id
    where spans.to_at is null

),

states as (

    select
        tasks.work_item_id,
        tasks.is_completed,
        max(sections.category_rank) as category_rank,
        max(cast(sections.category_rank as varchar) || sections.section_name) as ranked_name,
        bool_or(sections.is_unmapped) as is_any_unmapped
    from tasks
    left join sections on tasks.work_item_id = sections.work_item_id
    group by tasks.work_item_id, tasks.is_completed

),

present_states as (

    select
        work_item_id,
        {{ asana_status_name('is_completed', 'ranked_name') }} as status_name,
        {{ asana_category('is_completed', 'category_rank') }} as status_category,
        {{ asana_is_unmapped('is_completed', 'category_rank', 'is_any_unmapped') }} as is_unmapped
    from states

)

select * from present_states
