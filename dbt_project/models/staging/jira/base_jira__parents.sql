{#- The parent of each issue that has one: its parent, else its epic in the agile shape, else the
    issue that its epic link names, else (where no field of the source is known to be the epic
    link) the epic of the last change of it. -#}

with

issues as (

    select
        work_item_id,
        source,
        parent_id,
        parent_key
    from {{ ref('base_jira__issues') }}

),

epic_links as (

    select
        work_item_id,
        min(value) as epic_key
    from {{ ref('base_jira__field_values') }}
    where
        custom_type in (
            'com.pyxis.greenhopper.jira:gh-epic-link',
            'com.atlassian.jpo:jpo-custom-field-parent'
        )
        or {{ status_key('field_name') }} = 'epic link'
    group by work_item_id

),

sources_with_the_field as (

    select distinct source
    from {{ ref('base_jira__fields') }}
    where
        custom_type = 'com.pyxis.greenhopper.jira:gh-epic-link'
        or {{ status_key('field_name') }} = 'epic link'

),

epic_changes as (

    select
        work_item_id,
        source,
        after_value as epic_id,
        after_text as epic_key,
        row_number() over (
            partition by work_item_id
            order by changed_at desc, history_order desc, history_key desc, position desc
        ) as place
    from {{ ref('base_jira__changes') }}
    where {{ status_key('field') }} = 'epic link'

),

named as (

    select
        issues.work_item_id,
        issues.source,
        coalesce(
            issues.parent_id,
            case when issues.parent_key is null then epic_changes.epic_id end
        ) as parent_id,
        coalesce(issues.parent_key, epic_links.epic_key, epic_changes.epic_key) as parent_key
    from issues
    left join epic_links on issues.work_item_id = epic_links.work_item_id
    left join sources_with_the_field on issues.source = sources_with_the_field.source
    left join epic_changes
        on
            issues.work_item_id = epic_changes.work_item_id
            and epic_changes.place = 1
            and sources_with_the_field.source is null

),

parents as (

    select
        named.work_item_id,
        coalesce(named.source || ':' || named.parent_id, by_key.work_item_id) as parent_work_item_id
    from named
    left join {{ ref('base_jira__issues_by_key') }} as by_key
        on named.source = by_key.source and named.parent_key = by_key.key
    where
        coalesce(named.source || ':' || named.parent_id, by_key.work_item_id) <> named.work_item_id

)

select * from parents
