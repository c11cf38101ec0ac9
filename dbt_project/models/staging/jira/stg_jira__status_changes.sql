{#- Every state that an issue went into: its status, and its resolution as of then. It began with
    what the first change came from, else with what it is now. One row per issue and instant, with
    the last state of that instant; what a history tells of before its start is the state at the
    start. Only issues with history. -#}

with

carried_on as (

    select
        work_item_id,
        source,
        author,
        field,
        kind,
        changed_at,
        coalesce(
            {{ last_known('status_after') }} over so_far,
            {{ next_known('status_before') }} over from_here,
            first_value(present_status) over so_far
        ) as status_number,
        coalesce(
            {{ last_known('drop_after') }} over so_far,
            {{ next_known('drop_before') }} over from_here,
            first_value(present_drop) over so_far
        ) as is_drop,
        first_value(changed_at) over so_far as starts_at,
        lag(changed_at) over in_order as previous_changed_at,
        lag(kind) over in_order as previous_kind,
        lag(author) over in_order as previous_author,
        lead(changed_at) over in_order as next_changed_at
    from {{ ref('base_jira__state_changes') }}
    window
        in_order as (
            partition by work_item_id
            order by
                kind <> 'start', changed_at, history_order, history_key, position
        ),
        so_far as (
            partition by work_item_id
            order by
                kind <> 'start', changed_at, history_order, history_key, position
            rows between unbounded preceding and current row
        ),
        from_here as (
            partition by work_item_id
            order by
                kind <> 'start', changed_at, history_order, history_key, position
            rows between current row and unbounded following
        )

),

last_of_each_instant as (

    select
        work_item_id,
        source,
        -- a status and its resolution change together: the status is what was changed
        case
            when
                kind = 'resolution'
                and previous_kind = 'status'
                and previous_changed_at = changed_at
                then previous_author
            else author
        end as author,
        case
            when
                kind = 'resolution'
                and previous_kind = 'status'
                and previous_changed_at = changed_at
                then 'status'
            else field
        end as field,
        status_number,
        is_drop,
        changed_at <= starts_at as is_start,
        greatest(changed_at, starts_at) as changed_at
    from carried_on
    where
        next_changed_at is null
        or (next_changed_at > starts_at and next_changed_at <> changed_at)

),

statuses as (

    select * from {{ ref('base_jira__statuses') }}

),

account_ids as (

    select * from {{ ref('base_jira__account_ids') }}

)

select
    last_of_each_instant.work_item_id,
    statuses.status_name,
    case
        when statuses.status_category = 'done' and last_of_each_instant.is_drop = 1 then 'dropped'
        else statuses.status_category
    end as status_category,
    account_ids.account_id,
    last_of_each_instant.field,
    last_of_each_instant.is_start,
    statuses.is_unmapped,
    last_of_each_instant.changed_at
from last_of_each_instant
inner join statuses on last_of_each_instant.status_number = statuses.status_number
left join account_ids
    on
        last_of_each_instant.source = account_ids.source
        and last_of_each_instant.author = account_ids.named_as
