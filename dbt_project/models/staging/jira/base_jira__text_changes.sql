{#- Who last wrote the title, the description, the labels and the custom fields that are configured
    for links, and when. -#}

with

link_fields as (

    select distinct {{ status_key('field_name') }} as field_key
    from {{ source('home', 'link_fields') }}

),

fields as (

    select * from {{ ref('base_jira__fields') }}

),

changes as (

    select
        changes.work_item_id,
        coalesce(fields.field_id, changes.field_id, changes.field) as text_field,
        changes.author,
        changes.before_text,
        changes.after_text,
        changes.changed_at,
        changes.history_order,
        changes.history_key,
        changes.position
    from {{ ref('base_jira__changes') }} as changes
    left join fields
        on
            changes.source = fields.source
            and changes.field_id is null
            and changes.field = fields.field_name
            and fields.field_id like 'customfield%'
    where
        coalesce(changes.field_id, changes.field) in ('summary', 'description', 'labels')
        or {{ status_key('changes.field') }} in (select field_key from link_fields)
        or {{ status_key('changes.field_id') }} in (select field_key from link_fields)

)

select
    work_item_id,
    text_field,
    author,
    before_text,
    after_text,
    changed_at,
    row_number() over (
        partition by work_item_id, text_field
        order by changed_at desc, history_order desc, history_key desc, position desc
    ) as age
from changes
