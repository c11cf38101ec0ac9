{#- Every time an item went to done, with whether anybody had it in progress since it was created or
    last reopened from done or dropped. -#}

with

spans as (

    select
        work_item_id,
        status_category,
        previous_category,
        is_event,
        is_administrative,
        from_at
    from {{ ref('int_status_spans') }}

),

numbered as (

    select
        work_item_id,
        status_category,
        is_event,
        is_administrative,
        from_at,
        sum(
            case
                when
                    previous_category in ('done', 'dropped')
                    and status_category in ('todo', 'in_progress')
                    then 1
                else 0
            end
        ) over (
            partition by work_item_id
            order by from_at
            rows between unbounded preceding and current row
        ) as reopening
    from spans

),

with_progress as (

    select
        work_item_id,
        status_category,
        is_event,
        is_administrative,
        from_at,
        max(case when status_category = 'in_progress' then 1 else 0 end) over (
            partition by work_item_id, reopening
            order by from_at
            rows between unbounded preceding and current row
        ) as progress_seen
    from numbered

),

completions as (

    select
        work_item_id,
        is_administrative,
        progress_seen = 1 as was_in_progress,
        from_at as completed_at
    from with_progress
    where status_category = 'done' and is_event

)

select * from completions
