{#- What makes the figures of some work items weaker than those of others: statuses without a
    meaning, no history, hidden items, circles of parents. -#}

with

work_items as (

    select
        work_item_id,
        source,
        parent_work_item_id,
        has_history,
        is_not_visible
    from {{ ref('int_work_item_states') }}

),

unmapped_names as (

    -- A status counts if an item has it now or went through it
    select
        work_item_id,
        status_name
    from {{ ref('int_status_changes_unioned') }}
    where is_unmapped

    union distinct

    select
        work_item_id,
        status_name
    from {{ ref('int_work_item_states') }}
    where is_status_unmapped

),

cut_parents as (

    select work_items.source
    from work_items
    left join {{ ref('int_item_ancestors') }} as int_item_ancestors
        on
            work_items.work_item_id = int_item_ancestors.work_item_id
            and work_items.parent_work_item_id = int_item_ancestors.ancestor_id
    where work_items.parent_work_item_id is not null and int_item_ancestors.work_item_id is null

),

findings as (

    select
        'unmapped_status' as check_name,
        work_items.source,
        coalesce(unmapped_names.status_name, '(none)') as subject,
        'warning' as severity,
        count(*) as records,
        'Counted as todo. Name its category in status_map of the source.' as detail
    from unmapped_names
    inner join work_items on unmapped_names.work_item_id = work_items.work_item_id
    group by work_items.source, unmapped_names.status_name

    union all

    select
        'items_without_history' as check_name,
        source,
        '(none)' as subject,
        'info' as severity,
        count(*) as records,
        'Their effort is known from time logs only, else imputed.' as detail
    from work_items
    where not has_history
    group by source

    union all

    select
        'items_not_visible' as check_name,
        source,
        '(none)' as subject,
        'warning' as severity,
        count(*) as records,
        'Permissions hide them now. What was read before still counts.' as detail
    from work_items
    where is_not_visible
    group by source

    union all

    select
        'parent_circle' as check_name,
        source,
        '(none)' as subject,
        'warning' as severity,
        count(*) as records,
        'Their parents form a circle, so none of them counts as above another.' as detail
    from cut_parents
    group by source

),

findings_on_work_items as (

    select
        check_name,
        source,
        subject,
        severity,
        records,
        detail
    from findings

)

select * from findings_on_work_items
