{#- The one container under which an item is shown: its project or board where it has one, else that
    of an item above it, else its list, section or sprint. -#}

with

settings as (

    select as_of_at from {{ source('home', 'settings') }}

),

containers as (

    -- One text that sorts by kind first: the smallest of an item's is its main container
    select
        container_id,
        coalesce(name, key, native_id) as container_name,
        case kind
            when 'project' then '1'
            when 'board' then '2'
            when 'portfolio' then '3'
            when 'list' then '4'
            when 'section' then '5'
            else '6'
        end || container_id as sort_key
    from {{ ref('int_containers_unioned') }}

),

item_containers as (

    select
        work_item_id,
        container_id,
        from_at,
        to_at
    from {{ ref('int_item_containers_unioned') }}

),

own as (

    select
        item_containers.work_item_id,
        min(containers.sort_key) as sort_key
    from item_containers
    inner join containers on item_containers.container_id = containers.container_id
    cross join settings
    where
        (item_containers.from_at is null or item_containers.from_at < settings.as_of_at)
        and (item_containers.to_at is null or item_containers.to_at >= settings.as_of_at)
    group by item_containers.work_item_id

),

inherited as (

    -- A sub-task may be in no project of its own: then it is shown under that of an item above it
    select
        item_ancestors.work_item_id,
        min(own_of_ancestor.sort_key) as sort_key
    from {{ ref('int_item_ancestors') }} as item_ancestors
    inner join own as own_of_ancestor on item_ancestors.ancestor_id = own_of_ancestor.work_item_id
    left join own as own_of_item on item_ancestors.work_item_id = own_of_item.work_item_id
    where own_of_ancestor.sort_key < '4' and coalesce(own_of_item.sort_key, '9') > '4'
    group by item_ancestors.work_item_id

),

named as (

    select
        coalesce(inherited.work_item_id, own.work_item_id) as work_item_id,
        containers.container_id,
        containers.container_name
    from own
    full outer join inherited on own.work_item_id = inherited.work_item_id
    inner join containers on coalesce(inherited.sort_key, own.sort_key) = containers.sort_key

)

select * from named
