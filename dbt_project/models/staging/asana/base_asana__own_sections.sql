{#- In which project, and in which of its sections, each task itself was, from when to when.
    Backwards from the present: before a move it was in the section that it came from, before it
    was added it was not in the project. A task without history is where it is; such a span has no
    known beginning. A project in which the section is not known has null for it. -#}

with

moves as (

    select
        stories.work_item_id,
        coalesce(stories.project_id, new_sections.project_id, old_sections.project_id, '')
            as project_id,
        stories.field,
        stories.subtype,
        stories.old_section_id,
        stories.new_section_id,
        stories.acted_at,
        stories.place
    from {{ ref('base_asana__stories') }} as stories
    left join {{ ref('base_asana__sections') }} as new_sections
        on
            stories.source = new_sections.source
            and stories.new_section_id = new_sections.section_id
    left join {{ ref('base_asana__sections') }} as old_sections
        on
            stories.source = old_sections.source
            and stories.old_section_id = old_sections.section_id
    where stories.field in ('section', 'projects')

),

ordered as (

    select
        work_item_id,
        project_id,
        field,
        subtype,
        old_section_id,
        new_section_id,
        acted_at,
        row_number() over one_project as nth,
        lead(acted_at) over one_project as next_at,
        lead(old_section_id) over one_project as next_old_section_id
    from moves
    window one_project as (partition by work_item_id, project_id order by place)

),

spans as (

    select
        work_item_id,
        project_id,
        old_section_id as section_id,
        cast(null as timestamp) as from_at,
        acted_at as to_at
    from ordered
    where nth = 1 and subtype <> 'added_to_project'
    union all
    select
        ordered.work_item_id,
        ordered.project_id,
        coalesce(
            ordered.new_section_id,
            ordered.next_old_section_id,
            case when ordered.next_at is null then present.section_id end
        ) as section_id,
        ordered.acted_at as from_at,
        ordered.next_at as to_at
    from ordered
    left join {{ ref('base_asana__memberships') }} as present
        on
            ordered.work_item_id = present.work_item_id
            and ordered.project_id = present.project_id
    where ordered.subtype <> 'removed_from_project'
    union all
    select
        present.work_item_id,
        present.project_id,
        present.section_id,
        cast(null as timestamp) as from_at,
        cast(null as timestamp) as to_at
    from {{ ref('base_asana__memberships') }} as present
    left join ordered
        on
            present.work_item_id = ordered.work_item_id
            and present.project_id = ordered.project_id
            and ordered.nth = 1
    where ordered.work_item_id is null

),

own_sections as (

    select
        spans.work_item_id,
        spans.project_id,
        spans.section_id,
        case
            when not tasks.has_history then spans.from_at
            else greatest(coalesce(spans.from_at, tasks.created_at), tasks.created_at)
        end as from_at,
        spans.to_at
    from spans
    inner join {{ ref('base_asana__tasks') }} as tasks
        on spans.work_item_id = tasks.work_item_id
    where
        spans.to_at is null
        or (
            spans.to_at > tasks.created_at
            and (spans.from_at is null or spans.to_at > spans.from_at)
        )

)

select * from own_sections
