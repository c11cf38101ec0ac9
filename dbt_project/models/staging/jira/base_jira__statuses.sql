{{ config(materialized='table') }}
{#- Every status that an issue is or was in, with its category: the source's `status_map`, then its
    `dropped`, then Jira's own category (by id, else by name), then the whole name. -#}

with

seen as (

    select
        source,
        coalesce(status_id, '') as status_id,
        coalesce(status_name, '') as status_name
    from {{ source('landed', 'jira_issues') }}
    union
    select
        source,
        coalesce(before_value, '') as status_id,
        coalesce(before_text, '') as status_name
    from {{ source('landed', 'jira_changes') }}
    where coalesce(field_id, field) = 'status'
    union
    select
        source,
        coalesce(after_value, '') as status_id,
        coalesce(after_text, '') as status_name
    from {{ source('landed', 'jira_changes') }}
    where coalesce(field_id, field) = 'status'

),

keyed as (

    select
        source,
        status_id,
        status_name,
        {{ status_key('status_name') }} as status_key
    from seen

),

declared as (

    select
        source,
        {{ status_key('status_name') }} as status_key,
        max(status_category) as status_category
    from {{ source('home', 'status_map') }}
    group by source, {{ status_key('status_name') }}

),

declared_dropped as (

    select distinct
        source,
        {{ status_key('status_name') }} as status_key,
        'dropped' as status_category
    from {{ source('home', 'dropped_names') }}

),

own as (

    select * from {{ ref('base_jira__own_categories') }}

),

categorised as (

    select
        keyed.source,
        keyed.status_id,
        keyed.status_name,
        coalesce(
            declared.status_category,
            declared_dropped.status_category,
            own_by_id.status_category,
            own_by_name.status_category,
            {{ status_category_by_name('keyed.status_name') }}
        ) as status_category
    from keyed
    left join declared
        on keyed.source = declared.source and keyed.status_key = declared.status_key
    left join declared_dropped
        on keyed.source = declared_dropped.source and keyed.status_key = declared_dropped.status_key
    left join own as own_by_id
        on
            keyed.source = own_by_id.source
            and keyed.status_id = own_by_id.told_of
            and own_by_id.told_by = 'status_id'
    left join own as own_by_name
        on
            keyed.source = own_by_name.source
            and keyed.status_key = own_by_name.told_of
            and own_by_name.told_by = 'status_key'

),

statuses as (

    select
        source,
        status_id,
        status_name,
        coalesce(status_category, 'todo') as status_category,
        row_number() over (order by source, status_id, status_name) as status_number,
        status_category is null as is_unmapped
    from categorised

)

select * from statuses
