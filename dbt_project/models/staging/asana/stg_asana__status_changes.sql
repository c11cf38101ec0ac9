{#- Every state that a task went into, with that at its creation as the start. One row per task and
    instant; only tasks with history. -#}

with

states as (

    select * from {{ ref('base_asana__states') }}

),

tasks as (

    select
        work_item_id,
        source || ':' || creator_id as created_by,
        created_at
    from {{ ref('base_asana__tasks') }}

),

authors as (

    select * from {{ ref('base_asana__authors') }}

),

status_changes as (

    select
        states.work_item_id,
        states.status_name,
        states.status_category,
        case
            when states.changed_at = tasks.created_at then tasks.created_by
            else authors.account_id
        end as account_id,
        case
            when states.changed_at = tasks.created_at then 'created'
            else coalesce(authors.field, 'completed')
        end as field,
        states.changed_at = tasks.created_at as is_start,
        states.is_unmapped,
        states.changed_at
    from states
    inner join tasks on states.work_item_id = tasks.work_item_id
    left join authors
        on states.work_item_id = authors.work_item_id and states.changed_at = authors.acted_at

)

select * from status_changes
