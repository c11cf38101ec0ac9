{{ config(materialized='table') }}
{#- One row per issue, in its newest copy. -#}

with

copies as (

    select
        source,
        issue_id,
        record_digest
    from {{ ref('base_jira__copies') }}
    where age = 1

),

landed as (

    select * from {{ source('landed', 'jira_issues') }}

),

issues as (

    select
        landed.source || ':' || landed.record_id as work_item_id,
        landed.source,
        landed.record_id as issue_id,
        landed.issue_key,
        landed.site,
        coalesce(landed.project_id, landed.project_key) as project_id,
        landed.project_key,
        landed.project_name,
        landed.issue_type,
        landed.title,
        landed.description,
        landed.status_id,
        landed.status_name,
        landed.resolution_name,
        landed.parent_id,
        landed.parent_key,
        landed.creator_id,
        landed.assignee_id,
        landed.hierarchy_level,
        landed.estimate_seconds,
        landed.spent_seconds,
        landed.created_at,
        landed.updated_at,
        landed.resolved_at,
        landed.category_changed_at,
        landed.due_on,
        landed.pulled_at
    from landed
    inner join copies
        on
            landed.source = copies.source
            and landed.record_id = copies.issue_id
            and landed.record_digest = copies.record_digest

)

select * from issues
