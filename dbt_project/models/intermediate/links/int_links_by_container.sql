{#- Tier 7: the nodes to which the containers of an item are mapped on the run's day. The first rank
    with a mapping decides: list or section, sprint, board or project, portfolio. -#}

with

run_day as (

    select as_of_at from {{ ref('stg_strategy__run_day') }}

),

containers_mapped as (

    select
        container_id,
        kind,
        name,
        container_rank,
        identifier,
        node_id
    from {{ ref('int_containers_mapped') }}

),

items_in_containers as (

    select
        item_containers.work_item_id,
        item_containers.container_id
    from {{ ref('int_item_containers_unioned') }} as item_containers
    cross join run_day
    where
        (item_containers.from_at is null or item_containers.from_at < run_day.as_of_at)
        and (item_containers.to_at is null or item_containers.to_at >= run_day.as_of_at)

),

ranked as (

    select
        items_in_containers.work_item_id,
        containers_mapped.identifier,
        containers_mapped.node_id,
        containers_mapped.kind as place,
        containers_mapped.name as text,
        rank() over (
            partition by items_in_containers.work_item_id
            order by containers_mapped.container_rank
        ) as place_in_order,
        row_number() over (
            partition by
                items_in_containers.work_item_id,
                containers_mapped.container_rank,
                containers_mapped.identifier
            order by containers_mapped.name, containers_mapped.container_id
        ) as mention_number
    from items_in_containers
    inner join containers_mapped
        on items_in_containers.container_id = containers_mapped.container_id

),

links_by_container as (

    select
        work_item_id,
        7 as tier,
        identifier,
        node_id,
        cast(null as double) as stated_weight,
        place,
        text,
        cast(null as varchar) as account_id,
        cast(null as timestamp) as written_at
    from ranked
    where place_in_order = 1 and mention_number = 1

)

select * from links_by_container
