{#- Every comment of any copy of an issue, as its newest copy has it. -#}

with

account_ids as (

    select * from {{ ref('base_jira__account_ids') }}

),

comments as (

    select
        source,
        record_id,
        comment_id,
        account_id,
        written_at,
        {{ newest_copy('record_id, comment_id') }} as age
    from {{ source('landed', 'jira_comments') }}

),

issue_comments as (

    select
        comments.source || ':' || comments.record_id || ':' || comments.comment_id as comment_id,
        comments.source || ':' || comments.record_id as work_item_id,
        account_ids.account_id,
        comments.written_at
    from comments
    left join account_ids
        on comments.source = account_ids.source and comments.account_id = account_ids.named_as
    where comments.age = 1

)

select * from issue_comments
