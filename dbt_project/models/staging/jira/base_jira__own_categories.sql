{#- The category that Jira itself gives to a status, by id and by name: the catalogue's, else that
    in the newest copy of any issue that is in this status. -#}

with

told as (

    select
        source,
        status_id,
        {{ status_key('status_name') }} as status_key,
        status_category_key,
        1 as rank_of_source,
        record_version,
        record_digest
    from {{ source('landed', 'jira_statuses') }}
    union all
    select
        source,
        status_id,
        {{ status_key('status_name') }} as status_key,
        status_category_key,
        2 as rank_of_source,
        max(record_version) as record_version,
        max(record_digest) as record_digest
    from {{ source('landed', 'jira_issues') }}
    group by source, status_id, {{ status_key('status_name') }}, status_category_key

),

categorised as (

    select
        source,
        status_id,
        status_key,
        rank_of_source,
        record_version,
        record_digest,
        case status_category_key
            when 'new' then 'todo'
            when 'indeterminate' then 'in_progress'
            when 'done' then 'done'
        end as status_category
    from told
    where status_category_key in ('new', 'indeterminate', 'done')

),

by_id as (

    select
        source,
        'status_id' as told_by,
        status_id as told_of,
        status_category,
        row_number() over (
            partition by source, status_id
            order by
                rank_of_source asc,
                record_version desc nulls last,
                record_digest desc,
                status_category asc
        ) as place
    from categorised
    where status_id is not null

),

by_name as (

    select
        source,
        'status_key' as told_by,
        status_key as told_of,
        status_category,
        row_number() over (
            partition by source, status_key
            order by
                rank_of_source asc,
                record_version desc nulls last,
                record_digest desc,
                status_category asc
        ) as place
    from categorised
    where status_key is not null

),

own_categories as (

    select
        source,
        told_by,
        told_of,
        status_category
    from by_id
    where place = 1
    union all
    select
        source,
        told_by,
        told_of,
        status_category
    from by_name
    where place = 1

)

select * from own_categories
