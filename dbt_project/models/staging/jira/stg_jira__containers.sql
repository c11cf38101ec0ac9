{#- Every project and every sprint that an issue names, by its newest name. -#}

with

projects as (

    select
        source,
        project_id,
        max_by(
            coalesce(project_key, ''),
            coalesce(cast(updated_at as varchar), '') || ' ' || coalesce(project_key, '')
        ) as project_key,
        max_by(
            project_name,
            coalesce(cast(updated_at as varchar), '') || ' ' || project_name
        ) as project_name
    from {{ ref('base_jira__issues') }}
    where project_id is not null
    group by source, project_id

),

sprints as (

    select
        source,
        sprint_id,
        max_by(sprint_name, coalesce(cast(record_version as varchar), '') || ' ' || sprint_name)
            as sprint_name
    from {{ source('landed', 'jira_sprints') }}
    group by source, sprint_id

),

containers as (

    select
        source || ':project:' || project_id as container_id,
        source,
        'project' as kind,
        project_id as native_id,
        nullif(project_key, '') as key,
        coalesce(project_name, nullif(project_key, '')) as name,
        cast(null as varchar) as short_link
    from projects
    union all
    select
        source || ':sprint:' || sprint_id as container_id,
        source,
        'sprint' as kind,
        sprint_id as native_id,
        cast(null as varchar) as key,
        sprint_name as name,
        cast(null as varchar) as short_link
    from sprints

)

select * from containers
