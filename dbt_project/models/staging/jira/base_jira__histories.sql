{{ config(materialized='table') }}
{#- One row per issue: whether its history is known, and from when on. A history that lacks entries
    begins with its oldest one; entries that are announced but missing altogether are no history. -#}

with

copies as (

    select
        source,
        record_id,
        bool_or(has_changelog) as has_changelog,
        max(changelog_total) as announced,
        max(changelog_entries) as entries,
        count(*) as copies
    from {{ source('landed', 'jira_issues') }}
    group by source, record_id

),

short_of_entries as (

    select source || ':' || record_id as work_item_id
    from copies
    where announced > entries

),

entries_of_all_copies as (

    select
        changes.work_item_id,
        count(distinct changes.history_key) as entries,
        min(changes.changed_at) as oldest_at
    from {{ ref('base_jira__changes') }} as changes
    inner join short_of_entries on changes.work_item_id = short_of_entries.work_item_id
    group by changes.work_item_id

),

issues as (

    select
        work_item_id,
        source,
        issue_id,
        created_at
    from {{ ref('base_jira__issues') }}

),

known as (

    select
        issues.work_item_id,
        issues.created_at,
        copies.has_changelog,
        coalesce(copies.announced, 0) as announced,
        greatest(copies.entries, coalesce(entries_of_all_copies.entries, 0)) as entries,
        entries_of_all_copies.oldest_at
    from issues
    inner join copies on issues.source = copies.source and issues.issue_id = copies.record_id
    left join entries_of_all_copies
        on issues.work_item_id = entries_of_all_copies.work_item_id

),

judged as (

    select
        work_item_id,
        has_changelog and not (announced > 0 and entries = 0) as has_history,
        case when has_changelog and announced > entries then oldest_at end as history_from,
        created_at
    from known

),

histories as (

    select
        work_item_id,
        has_history,
        history_from,
        coalesce(history_from, created_at) as starts_at
    from judged

)

select * from histories
