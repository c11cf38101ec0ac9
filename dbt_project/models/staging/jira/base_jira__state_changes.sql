{#- What sets or tells the state of an issue with history: its present state (kind `start`), and
    every change of status or resolution, observed ones too, with the state before and after.
    Statuses are numbers of `base_jira__statuses`; a resolution is 1 where it makes a done issue a
    dropped one, else 0. -#}

with

changes as (

    select * from {{ ref('base_jira__state_events') }}

),

statuses as (

    select * from {{ ref('base_jira__statuses') }}

),

dropped as (

    select * from {{ ref('base_jira__dropped_resolutions') }}

),

state_changes as (

    select
        work_item_id,
        source,
        author,
        cast(null as varchar) as field,
        'start' as kind,
        present_status,
        present_drop,
        cast(null as bigint) as status_before,
        cast(null as bigint) as status_after,
        cast(null as integer) as drop_before,
        cast(null as integer) as drop_after,
        changed_at,
        cast(null as bigint) as history_order,
        cast(null as varchar) as history_key,
        cast(null as bigint) as position
    from {{ ref('base_jira__present_states') }}
    union all
    select
        changes.work_item_id,
        changes.source,
        changes.author,
        changes.field,
        'status' as kind,
        cast(null as bigint) as present_status,
        cast(null as integer) as present_drop,
        statuses_before.status_number as status_before,
        statuses_after.status_number as status_after,
        cast(null as integer) as drop_before,
        cast(null as integer) as drop_after,
        changes.changed_at,
        changes.history_order,
        changes.history_key,
        changes.position
    from changes
    inner join statuses as statuses_before
        on
            changes.source = statuses_before.source
            and changes.before_value = statuses_before.status_id
            and changes.before_text = statuses_before.status_name
    inner join statuses as statuses_after
        on
            changes.source = statuses_after.source
            and changes.after_value = statuses_after.status_id
            and changes.after_text = statuses_after.status_name
    where changes.state_field = 'status'
    union all
    select
        changes.work_item_id,
        changes.source,
        changes.author,
        changes.field,
        'resolution' as kind,
        cast(null as bigint) as present_status,
        cast(null as integer) as present_drop,
        cast(null as bigint) as status_before,
        cast(null as bigint) as status_after,
        case when dropped_before.resolution_name is null then 0 else 1 end as drop_before,
        case when dropped_after.resolution_name is null then 0 else 1 end as drop_after,
        changes.changed_at,
        changes.history_order,
        changes.history_key,
        changes.position
    from changes
    left join dropped as dropped_before
        on
            changes.source = dropped_before.source
            and changes.before_text = dropped_before.resolution_name
    left join dropped as dropped_after
        on
            changes.source = dropped_after.source
            and changes.after_text = dropped_after.resolution_name
    where changes.state_field = 'resolution'

)

select * from state_changes
