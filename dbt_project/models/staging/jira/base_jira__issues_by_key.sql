{#- Which issue a key means: the one that has it now, else one that had it. -#}

with

keys as (

    select
        keys.source,
        keys.key,
        keys.work_item_id,
        row_number() over (
            partition by keys.source, keys.key
            order by issues.issue_key is null, keys.work_item_id
        ) as place
    from {{ ref('stg_jira__keys') }} as keys
    left join {{ ref('base_jira__issues') }} as issues
        on keys.work_item_id = issues.work_item_id and keys.key = issues.issue_key

),

issues_by_key as (

    select
        source,
        key,
        work_item_id
    from keys
    where place = 1

)

select * from issues_by_key
