{#- Every text of an issue in which an identifier may stand: custom field values, labels, title and
    description of its newest copy. The writer is that of the last change of the text; of a text
    that a complete history never changes, the creator; of a label, whoever added it last. -#}

with

issues as (

    select
        issues.work_item_id,
        issues.source,
        issues.creator_id,
        issues.title,
        issues.description,
        case
            when histories.has_history and histories.history_from is null then issues.created_at
        end as created_at
    from {{ ref('base_jira__issues') }} as issues
    inner join {{ ref('base_jira__histories') }} as histories
        on issues.work_item_id = histories.work_item_id

),

last_changes as (

    select
        work_item_id,
        text_field,
        author,
        changed_at
    from {{ ref('base_jira__text_changes') }}
    where age = 1

),

own_texts as (

    select
        work_item_id,
        'title' as kind,
        'summary' as field_id,
        'summary' as field_name,
        title as text
    from issues
    union all
    select
        work_item_id,
        'description' as kind,
        'description' as field_id,
        'description' as field_name,
        description as text
    from issues
    union all
    select
        work_item_id,
        'field' as kind,
        field_id,
        field_name,
        value as text
    from {{ ref('base_jira__field_values') }}

),

texts as (

    select
        own_texts.work_item_id,
        own_texts.kind,
        own_texts.field_id,
        own_texts.field_name,
        own_texts.text,
        last_changes.author,
        last_changes.changed_at
    from own_texts
    left join last_changes
        on
            own_texts.work_item_id = last_changes.work_item_id
            and own_texts.field_id = last_changes.text_field
    where own_texts.text <> ''
    union all
    select
        work_item_id,
        'label' as kind,
        'labels' as field_id,
        'labels' as field_name,
        label as text,
        author,
        changed_at
    from {{ ref('base_jira__labels') }}

),

item_texts as (

    select
        texts.work_item_id,
        texts.kind,
        texts.field_id,
        texts.field_name,
        texts.text,
        account_ids.account_id,
        coalesce(texts.changed_at, issues.created_at) as written_at
    from texts
    inner join issues on texts.work_item_id = issues.work_item_id
    left join {{ ref('base_jira__account_ids') }} as account_ids
        on
            issues.source = account_ids.source
            and account_ids.named_as = case
                when texts.changed_at is not null then texts.author
                when issues.created_at is not null then issues.creator_id
            end

)

select * from item_texts
