{{ config(materialized='table') }}
{#- One row per changed field per entry of the history; the history is the union over an issue's
    copies, each entry as its newest copy has it. -#}

with

copies as (

    select
        source,
        issue_id,
        record_digest,
        age,
        copies
    from {{ ref('base_jira__copies') }}

),

of_one_copy as (

    select landed.*
    from {{ source('landed', 'jira_changes') }} as landed
    inner join copies
        on
            landed.source = copies.source
            and landed.record_id = copies.issue_id
            and landed.record_digest = copies.record_digest
    where copies.copies = 1

),

of_several_copies as (

    select
        landed.*,
        copies.age,
        min(copies.age) over (
            partition by landed.source, landed.record_id, landed.history_key
        ) as newest_age
    from {{ source('landed', 'jira_changes') }} as landed
    inner join copies
        on
            landed.source = copies.source
            and landed.record_id = copies.issue_id
            and landed.record_digest = copies.record_digest
    where copies.copies > 1

),

every_entry as (

    select
        source,
        record_id,
        history_key,
        position,
        history_order,
        account_id,
        field,
        field_id,
        before_value,
        before_text,
        after_value,
        after_text,
        changed_at
    from of_one_copy
    union all
    select
        source,
        record_id,
        history_key,
        position,
        history_order,
        account_id,
        field,
        field_id,
        before_value,
        before_text,
        after_value,
        after_text,
        changed_at
    from of_several_copies
    where age = newest_age

),

changes as (

    select
        source || ':' || record_id as work_item_id,
        source,
        history_key,
        account_id as author,
        field,
        field_id,
        before_value,
        before_text,
        after_value,
        after_text,
        position,
        history_order,
        changed_at
    from every_entry

)

select * from changes
