{{ config(materialized='table') }}
{#- Every field by id, with its name: the catalogue's, else the one that histories use beside the
    id. -#}

with

catalogue as (

    select
        source,
        field_id,
        max_by(field_name, coalesce(cast(record_version as varchar), '') || ' ' || field_name)
            as field_name,
        max_by(custom_type, coalesce(cast(record_version as varchar), '') || ' ' || custom_type)
            as custom_type
    from {{ source('landed', 'jira_fields') }}
    group by source, field_id

),

named_in_histories as (

    select
        source,
        field_id,
        max_by(field, cast(changed_at as varchar) || ' ' || field) as field_name
    from {{ source('landed', 'jira_changes') }}
    where field_id like 'customfield%'
    group by source, field_id

)

select
    coalesce(catalogue.source, named_in_histories.source) as source,
    coalesce(catalogue.field_id, named_in_histories.field_id) as field_id,
    coalesce(catalogue.field_name, named_in_histories.field_name) as field_name,
    catalogue.custom_type
from catalogue
full outer join named_in_histories
    on
        catalogue.source = named_in_histories.source
        and catalogue.field_id = named_in_histories.field_id
