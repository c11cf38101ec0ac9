{#- Resolutions that make a done issue a dropped one: those in the source's `dropped`, and those
    whose whole name says so. -#}

with

seen as (

    select
        source,
        resolution_name
    from {{ source('landed', 'jira_issues') }}
    where resolution_name is not null
    union
    select
        source,
        before_text as resolution_name
    from {{ source('landed', 'jira_changes') }}
    where coalesce(field_id, field) = 'resolution' and before_text is not null
    union
    select
        source,
        after_text as resolution_name
    from {{ source('landed', 'jira_changes') }}
    where coalesce(field_id, field) = 'resolution' and after_text is not null

),

declared_dropped as (

    select distinct
        source,
        {{ status_key('status_name') }} as status_key
    from {{ source('home', 'dropped_names') }}

),

dropped_resolutions as (

    select
        seen.source,
        seen.resolution_name
    from seen
    left join declared_dropped
        on
            seen.source = declared_dropped.source
            and {{ status_key('seen.resolution_name') }} = declared_dropped.status_key
    where
        declared_dropped.status_key is not null
        or {{ status_category_by_name('seen.resolution_name') }} = 'dropped'

)

select * from dropped_resolutions
