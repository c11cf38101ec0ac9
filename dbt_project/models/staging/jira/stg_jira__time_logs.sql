{#- Every work log of any copy of an issue, as its newest copy has it. Jira puts no more than 20
    into an issue, so one that a newer copy lacks need not be gone; one that Jira says was deleted
    is, unless a later copy has it again. Those of issues that nobody landed are left out. -#}

with

account_ids as (

    select * from {{ ref('base_jira__account_ids') }}

),

issues as (

    select
        source,
        issue_id,
        work_item_id
    from {{ ref('base_jira__issues') }}

),

worklogs as (

    select
        source,
        issue_id,
        worklog_id,
        account_id,
        seconds,
        started_on,
        started_at,
        coalesce(record_version, pulled_at) as told_at,
        {{ newest_copy('issue_id, worklog_id') }} as age
    from {{ source('landed', 'jira_worklogs') }}

),

deletions as (

    select * from {{ ref('base_jira__worklog_deletions') }}

),

time_logs as (

    select
        issues.work_item_id || ':' || worklogs.worklog_id as time_log_id,
        issues.work_item_id,
        account_ids.account_id,
        worklogs.seconds,
        worklogs.started_on,
        worklogs.started_at
    from worklogs
    inner join issues on worklogs.source = issues.source and worklogs.issue_id = issues.issue_id
    left join account_ids
        on worklogs.source = account_ids.source and worklogs.account_id = account_ids.named_as
    left join deletions
        on worklogs.source = deletions.source and worklogs.worklog_id = deletions.worklog_id
    where
        worklogs.age = 1
        and (deletions.deleted_at is null or worklogs.told_at > deletions.deleted_at)

)

select * from time_logs
