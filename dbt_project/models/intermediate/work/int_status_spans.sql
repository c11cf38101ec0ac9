{#- Which category an item was in from when to when, half-open, neighbours of one category merged.
    Only items with history. A deleted item's last span ends where it was deleted. -#}

with

status_changes as (

    select
        work_item_id,
        status_category,
        account_id,
        field,
        is_start,
        changed_at,
        lag(status_category) over (partition by work_item_id order by changed_at)
            as previous_category
    from {{ ref('int_status_changes_unioned') }}

),

category_changes as (

    select
        work_item_id,
        status_category,
        previous_category,
        account_id,
        field,
        is_start,
        changed_at as from_at,
        lead(changed_at) over (partition by work_item_id order by changed_at) as to_at
    from status_changes
    where previous_category is null or previous_category <> status_category

),

work_items as (

    select
        work_item_id,
        created_by,
        history_from,
        deleted_at
    from {{ ref('int_work_items_unioned') }}

),

administrative as (

    select
        account_id,
        field,
        changed_at
    from {{ ref('int_administrative_changes') }}

),

spans as (

    select
        category_changes.work_item_id,
        category_changes.status_category,
        category_changes.previous_category,
        -- the state where known history starts is no event; the state at creation is one
        not category_changes.is_start or work_items.history_from is null as is_event,
        administrative.changed_at is not null as is_administrative,
        category_changes.from_at,
        coalesce(
            least(category_changes.to_at, work_items.deleted_at),
            category_changes.to_at,
            work_items.deleted_at
        ) as to_at
    from category_changes
    inner join work_items on category_changes.work_item_id = work_items.work_item_id
    left join administrative
        on
            category_changes.from_at = administrative.changed_at
            and administrative.account_id
            = case
                when category_changes.is_start then work_items.created_by
                else category_changes.account_id
            end
            and administrative.field
            = case when category_changes.is_start then '(created)' else category_changes.field end
    where work_items.deleted_at is null or category_changes.from_at < work_items.deleted_at

)

select * from spans
