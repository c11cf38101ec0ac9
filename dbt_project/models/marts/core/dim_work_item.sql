{#- Work items as of the run, each with the project or board it mainly lies in. -#}

with

work_items as (

    select
        work_item_id,
        source,
        key,
        item_type,
        title,
        url,
        parent_work_item_id,
        status_name,
        status_category,
        estimate_hours,
        points,
        is_container,
        is_status_unmapped,
        has_history,
        is_not_visible,
        created_at,
        completed_at,
        deleted_at
    from {{ ref('int_work_item_states') }}

),

main_containers as (

    select
        work_item_id,
        container_name
    from {{ ref('int_main_containers') }}

),

described as (

    select
        work_items.work_item_id,
        work_items.source,
        work_items.key,
        work_items.item_type,
        work_items.title,
        work_items.url,
        work_items.parent_work_item_id,
        main_containers.container_name as container,
        work_items.status_name,
        work_items.status_category,
        cast(work_items.estimate_hours as double) as estimate_hours,
        cast(work_items.points as double) as points,
        work_items.is_container,
        work_items.is_status_unmapped,
        work_items.has_history,
        case when work_items.is_not_visible then 'not_visible' else 'visible' end as visibility,
        work_items.created_at,
        work_items.completed_at,
        work_items.deleted_at
    from work_items
    left join main_containers on work_items.work_item_id = main_containers.work_item_id

),

described_and_none as (

    select * from described

    union all

    select
        '(none)' as work_item_id,
        '(none)' as source,
        cast(null as varchar) as key,
        cast(null as varchar) as item_type,
        'No work item' as title,
        cast(null as varchar) as url,
        cast(null as varchar) as parent_work_item_id,
        cast(null as varchar) as container,
        cast(null as varchar) as status_name,
        cast(null as varchar) as status_category,
        cast(null as double) as estimate_hours,
        cast(null as double) as points,
        false as is_container,
        false as is_status_unmapped,
        false as has_history,
        'visible' as visibility,
        cast(null as timestamp) as created_at,
        cast(null as timestamp) as completed_at,
        cast(null as timestamp) as deleted_at

)

select * from described_and_none
