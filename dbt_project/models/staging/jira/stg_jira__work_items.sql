{#- One row per issue, in its newest copy, with its present state as Jira tells it. -#}

with

issues as (

    select * from {{ ref('base_jira__issues') }}

),

sources as (

    select
        source,
        rtrim(url, '/') as url
    from {{ source('home', 'sources') }}

),

sizes as (

    select * from {{ ref('base_jira__sizes') }}

),

categorised as (

    select
        issues.*,
        statuses.is_unmapped,
        case
            when statuses.status_category = 'done' and dropped.resolution_name is not null
                then 'dropped'
            else statuses.status_category
        end as status_category
    from issues
    inner join {{ ref('base_jira__statuses') }} as statuses
        on
            issues.source = statuses.source
            and coalesce(issues.status_id, '') = statuses.status_id
            and coalesce(issues.status_name, '') = statuses.status_name
    left join {{ ref('base_jira__dropped_resolutions') }} as dropped
        on issues.source = dropped.source and issues.resolution_name = dropped.resolution_name

),

work_items as (

    select
        categorised.work_item_id,
        categorised.source,
        categorised.issue_id as native_id,
        coalesce(categorised.issue_key, categorised.issue_id) as key,
        categorised.issue_type as item_type,
        categorised.title,
        coalesce(sources.url, categorised.site) || '/browse/' || categorised.issue_key as url,
        parents.parent_work_item_id,
        account_ids.account_id as created_by,
        categorised.status_name,
        categorised.status_category,
        cast(categorised.hierarchy_level as integer) as hierarchy_level,
        -- a named estimate field is in hours, Jira's own estimate in seconds
        case
            when named.source is null and {{ is_usable_amount('categorised.estimate_seconds') }}
                then categorised.estimate_seconds / 3600.0
            when named.source is null then null
            else sizes.estimate_hours
        end as estimate_hours,
        sizes.points,
        logged_times.unread_log_seconds,
        coalesce(sizes.is_ambiguous, false) as is_size_ambiguous,
        categorised.is_unmapped as is_status_unmapped,
        histories.has_history,
        coalesce(absences.is_not_visible, false) as is_not_visible,
        histories.history_from,
        categorised.created_at,
        categorised.updated_at,
        case
            when categorised.status_category in ('done', 'dropped')
                then coalesce(categorised.resolved_at, categorised.category_changed_at)
        end as completed_at,
        categorised.due_on,
        absences.deleted_at
    from categorised
    inner join {{ ref('base_jira__histories') }} as histories
        on categorised.work_item_id = histories.work_item_id
    left join {{ ref('base_jira__absences') }} as absences
        on categorised.work_item_id = absences.work_item_id
    left join {{ ref('base_jira__parents') }} as parents
        on categorised.work_item_id = parents.work_item_id
    left join {{ ref('base_jira__logged_times') }} as logged_times
        on categorised.work_item_id = logged_times.work_item_id
    left join sizes on categorised.work_item_id = sizes.work_item_id
    left join sources on categorised.source = sources.source
    left join {{ source('home', 'field_roles') }} as named
        on categorised.source = named.source and named.role = 'estimate'
    left join {{ ref('base_jira__account_ids') }} as account_ids
        on categorised.source = account_ids.source and categorised.creator_id = account_ids.named_as

)

select * from work_items
