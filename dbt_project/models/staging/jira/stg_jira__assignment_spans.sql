{#- Who was assigned to which issue from when to when. It began with whom the first change took it
    from, else with whom it has now; only issues with history. -#}

with

histories as (

    select
        work_item_id,
        starts_at
    from {{ ref('base_jira__histories') }}
    where has_history

),

changes as (

    select
        work_item_id,
        source,
        before_value,
        after_value,
        changed_at,
        row_number() over (
            partition by work_item_id
            order by changed_at, history_order, history_key, position
        ) as place
    from {{ ref('base_jira__changes') }}
    where coalesce(field_id, field) = 'assignee'

),

states as (

    select
        issues.work_item_id,
        issues.source,
        case when changes.work_item_id is null then issues.assignee_id else changes.before_value end
            as assignee,
        0 as place,
        histories.starts_at as from_at
    from {{ ref('base_jira__issues') }} as issues
    inner join histories on issues.work_item_id = histories.work_item_id
    left join changes on issues.work_item_id = changes.work_item_id and changes.place = 1
    union all
    select
        changes.work_item_id,
        changes.source,
        changes.after_value as assignee,
        changes.place,
        greatest(changes.changed_at, histories.starts_at) as from_at
    from changes
    inner join histories on changes.work_item_id = histories.work_item_id

),

last_of_each_instant as (

    select
        states.work_item_id,
        account_ids.account_id,
        states.from_at,
        row_number() over (
            partition by states.work_item_id, states.from_at order by states.place desc
        ) as place_from_the_end
    from states
    left join {{ ref('base_jira__account_ids') }} as account_ids
        on states.source = account_ids.source and states.assignee = account_ids.named_as

),

compared as (

    select
        work_item_id,
        account_id,
        from_at,
        lag(account_id) over (partition by work_item_id order by from_at) as previous_account_id
    from last_of_each_instant
    where place_from_the_end = 1

),

spans as (

    select
        work_item_id,
        account_id,
        from_at,
        lead(from_at) over (partition by work_item_id order by from_at) as to_at
    from compared
    where account_id is distinct from previous_account_id

),

assignment_spans as (

    select * from spans
    where account_id is not null

)

select * from assignment_spans
