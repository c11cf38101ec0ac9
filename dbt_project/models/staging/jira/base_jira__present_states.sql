{#- The present state of each issue with history, at the instant from which its history is known:
    the state there, if the history tells of no change. -#}

with

issues as (

    select
        work_item_id,
        source,
        creator_id,
        coalesce(status_id, '') as status_id,
        coalesce(status_name, '') as status_name,
        resolution_name
    from {{ ref('base_jira__issues') }}

),

histories as (

    select
        work_item_id,
        starts_at
    from {{ ref('base_jira__histories') }}
    where has_history

),

statuses as (

    select * from {{ ref('base_jira__statuses') }}

),

dropped as (

    select * from {{ ref('base_jira__dropped_resolutions') }}

),

present_states as (

    select
        issues.work_item_id,
        issues.source,
        issues.creator_id as author,
        statuses.status_number as present_status,
        case when dropped.resolution_name is null then 0 else 1 end as present_drop,
        histories.starts_at as changed_at
    from issues
    inner join histories on issues.work_item_id = histories.work_item_id
    inner join statuses
        on
            issues.source = statuses.source
            and issues.status_id = statuses.status_id
            and issues.status_name = statuses.status_name
    left join dropped
        on issues.source = dropped.source and issues.resolution_name = dropped.resolution_name

)

select * from present_states
