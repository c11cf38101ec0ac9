{#- One row per single value of a custom field in the newest copy of each issue. -#}

with

copies as (

    select
        source,
        issue_id,
        record_digest
    from {{ ref('base_jira__copies') }}
    where age = 1

),

landed as (

    select
        source,
        record_id,
        record_digest,
        field_id,
        position,
        value,
        number
    from {{ source('landed', 'jira_field_values') }}

),

fields as (

    select * from {{ ref('base_jira__fields') }}

),

field_values as (

    select
        landed.source || ':' || landed.record_id as work_item_id,
        landed.source,
        landed.field_id,
        coalesce(fields.field_name, landed.field_id) as field_name,
        fields.custom_type,
        landed.position,
        landed.value,
        coalesce(landed.number, try_cast(landed.value as double)) as number
    from landed
    inner join copies
        on
            landed.source = copies.source
            and landed.record_id = copies.issue_id
            and landed.record_digest = copies.record_digest
    left join fields on landed.source = fields.source and landed.field_id = fields.field_id

)

select * from field_values
