{#- Every change in the history but order in a list, comments, and the traces of work logs. -#}

with

account_ids as (

    select * from {{ ref('base_jira__account_ids') }}

),

changes as (

    select
        work_item_id,
        source,
        history_key,
        position,
        author,
        field,
        changed_at
    from {{ ref('base_jira__changes') }}
    where
        not (
            {{ status_key('field') }} in (
                'rank', 'global rank', 'comment', 'timespent', 'timeestimate', 'worklogid',
                'worklogtimespent', 'remainingestimate', 'remaining estimate', 'time spent'
            )
            or {{ status_key('field') }} like 'rank (%'
        )

),

issue_changes as (

    select
        changes.work_item_id
        || ':' || changes.history_key
        || ':' || cast(changes.position as varchar) as change_id,
        changes.work_item_id,
        account_ids.account_id,
        changes.field,
        changes.changed_at
    from changes
    left join account_ids
        on changes.source = account_ids.source and changes.author = account_ids.named_as

)

select * from issue_changes
