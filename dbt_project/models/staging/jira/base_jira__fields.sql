{{ config(materialized='table') }}
{#- Every field by id, with its name. A field that is looked for by a name that it had is known by
    that name, for renaming makes no other field of it; unless another field has the name now. Else
    it is the catalogue's newest name, else the one that histories use beside the id. -#}

with

names as (

    select
        source,
        field_id,
        field_name,
        {{ status_key('field_name') }} as field_key,
        custom_type,
        coalesce(cast(record_version as varchar), '') as told_at
    from {{ source('landed', 'jira_fields') }}

),

catalogue as (

    select
        source,
        field_id,
        max_by(field_name, told_at || ' ' || field_name) as field_name,
        max_by(field_key, told_at || ' ' || field_name) as field_key,
        max_by(custom_type, told_at || ' ' || custom_type) as custom_type
    from names
    group by source, field_id

),

looked_for as (

    select * from {{ ref('base_jira__names_looked_for') }}

),

names_looked_for as (

    select
        names.source,
        names.field_id,
        max_by(names.field_name, names.told_at || ' ' || names.field_name) as field_name
    from names
    inner join looked_for
        on
            names.field_key = looked_for.field_key
            and names.source = coalesce(looked_for.source, names.source)
    left join catalogue as others
        on
            names.source = others.source
            and names.field_key = others.field_key
            and names.field_id <> others.field_id
    inner join catalogue
        on names.source = catalogue.source and names.field_id = catalogue.field_id
    where others.field_id is null or names.field_key = catalogue.field_key
    group by names.source, names.field_id

),

named_in_histories as (

    select
        source,
        field_id,
        max_by(field, cast(changed_at as varchar) || ' ' || field) as field_name
    from {{ source('landed', 'jira_changes') }}
    where field_id like 'customfield%'
    group by source, field_id

),

fields as (

    select
        coalesce(catalogue.source, named_in_histories.source) as source,
        coalesce(catalogue.field_id, named_in_histories.field_id) as field_id,
        coalesce(names_looked_for.field_name, catalogue.field_name, named_in_histories.field_name)
            as field_name,
        catalogue.custom_type
    from catalogue
    full outer join named_in_histories
        on
            catalogue.source = named_in_histories.source
            and catalogue.field_id = named_in_histories.field_id
    left join names_looked_for
        on
            catalogue.source = names_looked_for.source
            and catalogue.field_id = names_looked_for.field_id

)

select * from fields
