{#- Every sprint that an issue lists in its newest copy. -#}

with

copies as (

    select
        source,
        issue_id,
        record_digest
    from {{ ref('base_jira__copies') }}
    where age = 1

),

item_sprints as (

    select distinct
        sprints.source || ':' || sprints.record_id as work_item_id,
        sprints.source,
        sprints.sprint_id
    from {{ source('landed', 'jira_sprints') }} as sprints
    inner join copies
        on
            sprints.source = copies.source
            and sprints.record_id = copies.issue_id
            and sprints.record_digest = copies.record_digest

)

select * from item_sprints
