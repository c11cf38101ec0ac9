{#- Every note in its newest copy. -#}

with

copies as (

    select
        source || ':' || record_id as work_item_id,
        source,
        record_id as note_id,
        record_digest,
        project_id,
        title,
        state,
        assignee_id,
        creator_id,
        created_at,
        updated_at,
        {{ newest_copy() }} as age
    from {{ source('landed', 'slate_notes') }}

)

select * from copies
where age = 1
