{#- What each task depends on and what it blocks, as its newest copy has it. -#}

with

tasks as (

    select
        work_item_id,
        source,
        task_id,
        record_digest
    from {{ ref('base_asana__tasks') }}

),

relations as (

    select
        source,
        record_id,
        record_digest,
        related_id,
        phrase
    from {{ source('landed', 'asana_task_relations') }}

),

item_relations as (

    select distinct
        tasks.work_item_id,
        relations.source || ':' || relations.related_id as related_work_item_id,
        relations.phrase
    from tasks
    inner join relations
        on
            tasks.source = relations.source
            and tasks.task_id = relations.record_id
            and tasks.record_digest = relations.record_digest

)

select * from item_relations
