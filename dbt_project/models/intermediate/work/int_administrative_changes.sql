{#- Bulk work: one account changes the same field of 20 or more items (or creates that many) within
    10 minutes. One row per account, field and instant of such a change. Only stretches dense
    enough to hold one are examined closely. -#}

with

changes as (

    select
        account_id,
        field,
        work_item_id,
        changed_at
    from {{ ref('int_changes_unioned') }}
    where account_id is not null
    union all
    select
        created_by as account_id,
        '(created)' as field,
        work_item_id,
        created_at as changed_at
    from {{ ref('int_work_items_unioned') }}
    where created_by is not null and created_at is not null

),

dense_hours as (

    -- 10 minutes touch two clock hours at most, so 20 changes put 10 into one of them
    select
        account_id,
        field,
        date_trunc('hour', changed_at) as clock_hour
    from changes
    group by account_id, field, date_trunc('hour', changed_at)
    having count(*) >= 10

),

hours_to_examine as (

    select
        account_id,
        field,
        clock_hour
    from dense_hours
    union
    select
        account_id,
        field,
        {{ add_hours('clock_hour', -1) }} as clock_hour
    from dense_hours
    union
    select
        account_id,
        field,
        {{ add_hours('clock_hour', 1) }} as clock_hour
    from dense_hours

),

windows as (

    select
        changes.account_id,
        changes.field,
        changes.changed_at,
        count(distinct changes.work_item_id) over (
            partition by changes.account_id, changes.field
            order by changes.changed_at
            range between current row and interval 10 minute following
        ) as items_from_here
    from changes
    inner join hours_to_examine
        on
            changes.account_id = hours_to_examine.account_id
            and changes.field = hours_to_examine.field
            and date_trunc('hour', changes.changed_at) = hours_to_examine.clock_hour

),

judged as (

    select
        account_id,
        field,
        changed_at,
        max(items_from_here) over (
            partition by account_id, field
            order by changed_at
            range between interval 10 minute preceding and current row
        ) as items_around
    from windows

),

administrative_changes as (

    select distinct
        account_id,
        field,
        changed_at
    from judged
    where items_around >= 20

)

select * from administrative_changes
