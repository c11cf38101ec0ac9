{#- What became of each issue that can no longer be found, by the last word on it or on its whole
    project. A copy that was read after that word says that the issue is there. -#}

with

issues as (

    select
        work_item_id,
        source,
        issue_id,
        'scope:' || project_id as scope_id,
        pulled_at
    from {{ ref('base_jira__issues') }}

),

last_words as (

    select * from {{ ref('base_jira__last_words') }}

),

on_issues as (

    select
        issues.work_item_id,
        last_words.outcome,
        last_words.happened_at
    from issues
    inner join last_words
        on issues.source = last_words.source and issues.issue_id = last_words.record_id
    where last_words.happened_at >= issues.pulled_at

),

on_projects as (

    select
        issues.work_item_id,
        last_words.outcome,
        last_words.happened_at
    from issues
    inner join last_words
        on issues.source = last_words.source and issues.scope_id = last_words.record_id
    where last_words.happened_at >= issues.pulled_at

),

all_words as (

    select * from on_issues
    union all
    select * from on_projects

),

judged as (

    select
        work_item_id,
        -- what went into the trash with its project was deleted by somebody too
        min(happened_at) filter (where outcome in ('deleted', 'trashed')) as deleted_at,
        bool_or(outcome in ('access_lost', 'unobserved')) as is_hidden
    from all_words
    group by work_item_id

),

absences as (

    select
        work_item_id,
        is_hidden and deleted_at is null as is_not_visible,
        deleted_at
    from judged

)

select * from absences
