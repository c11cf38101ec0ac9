{#- Who last wrote the title, the description, the labels and the custom fields that are configured
    for links, and when. A field is the one that its id says, else the one of its name. -#}

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
        coalesce(changes.field_id, by_name.field_id, changes.field) as text_field,
        {{ status_key('changes.field') }} as field_key,
        {{ status_key('changes.field_id') }} as field_id_key,
        {{ status_key('by_id.field_name') }} as known_key,
        changes.author,
        changes.before_text,
        changes.after_text,
        changes.changed_at,
        changes.history_order,
        changes.history_key,
        changes.position
    from {{ ref('base_jira__changes') }} as changes
    left join fields as by_id
        on changes.source = by_id.source and changes.field_id = by_id.field_id
    left join fields as by_name
        on
            changes.source = by_name.source
            and changes.field_id is null
            and changes.field = by_name.field_name
            and by_name.field_id like 'customfield%'

),

text_changes as (

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
    where
        text_field in ('summary', 'description', 'labels')
        or field_key in (select field_key from link_fields)
        or field_id_key in (select field_key from link_fields)
        or known_key in (select field_key from link_fields)

)

select * from text_changes
