{#- When each deleted task was deleted: by a story of it or an entry of the events feed. A task that
    was brought back later is not deleted. -#}

with

told as (

    select
        work_item_id,
        true as is_deleted,
        acted_at as happened_at
    from {{ ref('base_asana__stories') }}
    where kind = 'deleted'
    union all
    select
        source || ':' || record_id as work_item_id,
        is_deleted,
        happened_at
    from {{ source('landed', 'asana_deletions') }}

),

last_told as (

    select
        work_item_id,
        max_by(is_deleted, happened_at) as is_deleted,
        max(happened_at) as deleted_at
    from told
    group by work_item_id

)

select
    work_item_id,
    deleted_at
from last_told
where is_deleted
