{#- The days on which an item is active for a person, but so is a descendant of it: on these the
    item itself does not count. -#}

with

spans as (

    select distinct
        work_item_id,
        person_id,
        first_day,
        last_day
    from {{ ref('int_active_spans') }}

),

shared_days as (

    select
        ancestors_spans.person_id,
        ancestors_spans.work_item_id,
        greatest(ancestors_spans.first_day, descendants_spans.first_day) as from_day,
        least(ancestors_spans.last_day, descendants_spans.last_day) as to_day
    from {{ ref('int_item_ancestors') }} as int_item_ancestors
    inner join spans as descendants_spans
        on int_item_ancestors.work_item_id = descendants_spans.work_item_id
    inner join spans as ancestors_spans
        on
            int_item_ancestors.ancestor_id = ancestors_spans.work_item_id
            and descendants_spans.person_id = ancestors_spans.person_id
            and descendants_spans.first_day <= ancestors_spans.last_day
            and descendants_spans.last_day >= ancestors_spans.first_day

),

days as (

    select distinct day from {{ ref('int_slices') }}

),

active_days_by_descendant as (

    select distinct
        shared_days.person_id,
        shared_days.work_item_id,
        days.day
    from shared_days
    inner join days on days.day between shared_days.from_day and shared_days.to_day

)

select * from active_days_by_descendant
