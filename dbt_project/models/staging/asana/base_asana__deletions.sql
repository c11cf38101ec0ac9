{#- When each deleted task was deleted: by a story of it, an entry of the events feed, or a finding
    of our own. Several may tell of one deletion; the first since it was last there counts. A task
    that was brought back later is not deleted. -#}

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
    union all
    select
        source || ':' || record_id as work_item_id,
        outcome <> 'present' as is_deleted,
        happened_at
    from {{ source('landed', 'asana_absences') }}
    where outcome in ('deleted', 'trashed', 'present')

),

returns as (

    select
        work_item_id,
        max(happened_at) as returned_at
    from told
    where not is_deleted
    group by work_item_id

),

deletions as (

    select
        told.work_item_id,
        min(told.happened_at) as deleted_at
    from told
    left join returns on told.work_item_id = returns.work_item_id
    where
        told.is_deleted
        and (returns.returned_at is null or told.happened_at > returns.returned_at)
    group by told.work_item_id

)

select * from deletions
