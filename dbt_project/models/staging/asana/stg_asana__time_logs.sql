{#- Time that people wrote down on tasks, over all copies of each task; an entry is as its newest
    copy tells it. Asana tells the day alone; an entry without one counts when it was written down. -#}

with

tasks as (

    select work_item_id from {{ ref('base_asana__tasks') }}

),

entries as (

    select
        source || ':' || entry_id as time_log_id,
        source || ':' || record_id as work_item_id,
        source || ':' || creator_id as account_id,
        duration_minutes * 60 as seconds,
        entered_on as started_on,
        case when entered_on is null then created_at end as started_at,
        {{ newest_copy('entry_id') }} as age
    from {{ source('landed', 'asana_time_entries') }}

)

select
    entries.time_log_id,
    entries.work_item_id,
    entries.account_id,
    entries.seconds,
    entries.started_on,
    entries.started_at
from entries
inner join tasks on entries.work_item_id = tasks.work_item_id
where entries.age = 1
