{#- States that no history leads to: a copy of an issue shows another status than the history, or
    the copy before it, left it in. Each is a change that was seen, not told: it was made by the
    time of that copy. A history may be written some moments after the issue; a minute is allowed
    for. -#}

with

issues as (

    select work_item_id
    from {{ ref('base_jira__histories') }}
    where has_history

),

told as (

    select
        work_item_id,
        source,
        'change' as kind,
        after_value as status_id,
        after_text as status_name,
        changed_at as seen_at,
        history_order,
        history_key
    from {{ ref('base_jira__changes') }}
    where coalesce(field_id, field) = 'status' and after_value <> ''
    union all
    select
        source || ':' || record_id as work_item_id,
        source,
        'copy' as kind,
        status_id,
        status_name,
        updated_at as seen_at,
        cast(null as bigint) as history_order,
        cast(pulled_at as varchar) || record_digest as history_key
    from {{ source('landed', 'jira_issues') }}
    where status_id <> '' and updated_at is not null

),

compared as (

    select
        told.work_item_id,
        told.source,
        told.kind,
        told.status_id,
        told.status_name,
        told.seen_at,
        told.history_key,
        lag(told.status_id) over in_order as last_status_id,
        lag(told.status_name) over in_order as last_status_name,
        lead(told.kind) over in_order as next_kind,
        lead(told.status_id) over in_order as next_status_id,
        lead(told.seen_at) over in_order as next_seen_at
    from told
    inner join issues on told.work_item_id = issues.work_item_id
    window in_order as (
        partition by told.work_item_id
        order by told.seen_at, told.kind, told.history_order, told.history_key
    )

),

observed_changes as (

    select
        work_item_id,
        source,
        last_status_id as before_value,
        last_status_name as before_text,
        status_id as after_value,
        status_name as after_text,
        history_key,
        seen_at as changed_at
    from compared
    where
        kind = 'copy'
        and status_id <> last_status_id
        and not coalesce(
            next_kind = 'change'
            and next_status_id = status_id
            and {{ seconds_between('seen_at', 'next_seen_at') }} < 60,
            false
        )

)

select * from observed_changes
