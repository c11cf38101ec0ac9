{#- Every label that an issue has in its newest copy, with the change that put it there last: the
    history shows all labels of an issue in one text, with blanks between them. -#}

with

labels as (

    select distinct
        landed.source || ':' || landed.record_id as work_item_id,
        landed.label
    from {{ source('landed', 'jira_labels') }} as landed
    inner join {{ ref('base_jira__copies') }} as copies
        on
            landed.source = copies.source
            and landed.record_id = copies.issue_id
            and landed.record_digest = copies.record_digest
    where copies.age = 1

),

additions as (

    select
        work_item_id,
        author,
        ' ' || coalesce(before_text, '') || ' ' as before_text,
        ' ' || after_text || ' ' as after_text,
        changed_at,
        age
    from {{ ref('base_jira__text_changes') }}
    where text_field = 'labels'

),

issue_labels as (

    select
        labels.work_item_id,
        labels.label,
        max_by(additions.author, -additions.age) as author,
        max(additions.changed_at) as changed_at
    from labels
    left join additions
        on
            labels.work_item_id = additions.work_item_id
            and position(' ' || labels.label || ' ' in additions.after_text) > 0
            and position(' ' || labels.label || ' ' in additions.before_text) = 0
    group by labels.work_item_id, labels.label

)

select * from issue_labels
