{#- Every section by its present name, with its project and the category that the name stands for:
    the source's `status_map`, then its `dropped`, then the name itself. -#}

with

told as (

    select
        source,
        record_id as section_id,
        section_name,
        project_id,
        record_version as told_at,
        1 as place
    from {{ source('landed', 'asana_sections') }}
    union all
    select
        source,
        section_id,
        section_name,
        project_id,
        coalesce(record_version, pulled_at) as told_at,
        2 as place
    from {{ source('landed', 'asana_memberships') }}
    union all
    select
        source,
        new_section_id as section_id,
        new_section_name as section_name,
        project_id,
        acted_at as told_at,
        3 as place
    from {{ ref('base_asana__stories') }}
    union all
    select
        source,
        old_section_id as section_id,
        old_section_name as section_name,
        project_id,
        acted_at as told_at,
        4 as place
    from {{ ref('base_asana__stories') }}

),

-- a section's own record tells its name best, then a task in it, then a story
ranked as (

    select
        source,
        section_id,
        section_name,
        row_number() over (
            partition by source, section_id
            order by
                case when section_name is null then 1 else 0 end asc,
                place asc,
                told_at desc nulls last,
                section_name asc
        ) as place,
        max(nullif(project_id, '')) over (partition by source, section_id) as project_id
    from told
    where section_id is not null

),

declared as (

    select
        source,
        {{ status_key('status_name') }} as status_key,
        max(status_category) as status_category
    from {{ source('home', 'status_map') }}
    group by source, {{ status_key('status_name') }}

),

declared_dropped as (

    select distinct
        source,
        {{ status_key('status_name') }} as status_key
    from {{ source('home', 'dropped_names') }}

),

categorised as (

    select
        ranked.source,
        ranked.section_id,
        ranked.section_name,
        ranked.project_id,
        coalesce(
            declared.status_category,
            case when declared_dropped.status_key is not null then 'dropped' end,
            {{ status_category_by_name('ranked.section_name') }}
        ) as status_category
    from ranked
    left join declared
        on
            ranked.source = declared.source
            and {{ status_key('ranked.section_name') }} = declared.status_key
    left join declared_dropped
        on
            ranked.source = declared_dropped.source
            and {{ status_key('ranked.section_name') }} = declared_dropped.status_key
    where ranked.place = 1

)

select
    source,
    section_id,
    section_name,
    project_id,
    coalesce(status_category, 'todo') as status_category,
    status_category is null as is_unmapped
from categorised
