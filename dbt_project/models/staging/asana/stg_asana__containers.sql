{#- Every section, project and portfolio, also those that only tasks or stories name. -#}

with

sections as (

    select
        source,
        section_id,
        section_name
    from {{ ref('base_asana__sections') }}

),

projects_told as (

    select
        source,
        record_id as project_id,
        project_name,
        1 as place,
        coalesce(record_version, pulled_at) as told_at
    from {{ source('landed', 'asana_projects') }}
    union all
    select
        source,
        project_id,
        project_name,
        2 as place,
        coalesce(record_version, pulled_at) as told_at
    from {{ source('landed', 'asana_memberships') }}
    union all
    select
        source,
        project_id,
        null as project_name,
        3 as place,
        acted_at as told_at
    from {{ ref('base_asana__stories') }}
    union all
    select
        source,
        project_id,
        null as project_name,
        4 as place,
        coalesce(record_version, pulled_at) as told_at
    from {{ source('landed', 'asana_portfolio_items') }}

),

projects as (

    select
        source,
        project_id,
        project_name,
        row_number() over (
            partition by source, project_id
            order by
                case when project_name is null then 1 else 0 end asc,
                place asc,
                told_at desc nulls last,
                project_name asc
        ) as nth
    from projects_told
    where project_id <> ''

),

portfolios as (

    select
        source,
        record_id as portfolio_id,
        portfolio_name,
        {{ newest_copy() }} as age
    from {{ source('landed', 'asana_portfolios') }}

),

containers as (

    select
        source,
        'section' as kind,
        section_id as native_id,
        section_name as name
    from sections
    union all
    select
        source,
        'project' as kind,
        project_id as native_id,
        project_name as name
    from projects
    where nth = 1
    union all
    select
        source,
        'portfolio' as kind,
        portfolio_id as native_id,
        portfolio_name as name
    from portfolios
    where age = 1

)

select
    source || ':' || kind || ':' || native_id as container_id,
    source,
    kind,
    native_id,
    cast(null as varchar) as key,
    name,
    cast(null as varchar) as short_link
from containers
