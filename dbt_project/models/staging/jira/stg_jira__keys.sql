{{ config(materialized='table') }}
{#- Every display key that an issue has or had, which a landed copy or the history tells. -#}

with

keys as (

    select
        source,
        issue_key as key,
        source || ':' || record_id as work_item_id
    from {{ source('landed', 'jira_issues') }}
    union
    select
        source,
        before_text as key,
        source || ':' || record_id as work_item_id
    from {{ source('landed', 'jira_changes') }}
    where field = 'Key'
    union
    select
        source,
        after_text as key,
        source || ':' || record_id as work_item_id
    from {{ source('landed', 'jira_changes') }}
    where field = 'Key'

),

issue_keys as (

    select * from keys
    where key is not null

)

select * from issue_keys
