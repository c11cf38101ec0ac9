{#- In which sections each task counts as being, from when to when: its own; at a moment when it has
    none, those of the nearest task above it that has one. -#}

{{ config(materialized='table') }}

with

own_sections as (

    select
        work_item_id,
        project_id,
        section_id,
        coalesce(from_at, cast('0001-01-01' as timestamp)) as from_at,
        coalesce(to_at, cast('9999-12-31' as timestamp)) as to_at
    from {{ ref('base_asana__own_sections') }}
    where section_id is not null

),

reachable as (

    select
        ancestors.work_item_id,
        ancestors.depth,
        own_sections.project_id,
        own_sections.section_id,
        own_sections.from_at,
        own_sections.to_at,
        max(ancestors.depth) over (partition by ancestors.work_item_id) as deepest
    from {{ ref('base_asana__ancestors') }} as ancestors
    inner join own_sections on ancestors.ancestor_id = own_sections.work_item_id

),

pieces as (

    select
        work_item_id,
        cut_at as from_at,
        lead(cut_at) over (partition by work_item_id order by cut_at) as to_at
    from (
        select
            work_item_id,
            from_at as cut_at
        from reachable
        where deepest > 0
        union
        select
            work_item_id,
            to_at as cut_at
        from reachable
        where deepest > 0
    ) as cuts

),

nearest as (

    select
        reachable.work_item_id,
        reachable.project_id,
        reachable.section_id,
        pieces.from_at,
        pieces.to_at,
        reachable.depth,
        min(reachable.depth) over (partition by pieces.work_item_id, pieces.from_at)
            as nearest_depth
    from pieces
    inner join reachable
        on
            pieces.work_item_id = reachable.work_item_id
            and pieces.from_at >= reachable.from_at
            and pieces.to_at <= reachable.to_at

),

spans as (

    select
        work_item_id,
        project_id,
        section_id,
        from_at,
        to_at
    from reachable
    where deepest = 0
    union all
    select
        work_item_id,
        project_id,
        section_id,
        from_at,
        to_at
    from nearest
    where depth = nearest_depth

),

section_spans as (

    select
        spans.work_item_id,
        spans.project_id,
        spans.section_id,
        case
            when tasks.has_history then greatest(spans.from_at, tasks.created_at)
            else nullif(spans.from_at, cast('0001-01-01' as timestamp))
        end as from_at,
        nullif(spans.to_at, cast('9999-12-31' as timestamp)) as to_at
    from spans
    inner join {{ ref('base_asana__tasks') }} as tasks on spans.work_item_id = tasks.work_item_id
    where not tasks.has_history or spans.to_at > tasks.created_at

)

select * from section_spans
