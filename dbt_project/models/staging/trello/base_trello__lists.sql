{#- Every list with the category that its present name stands for: the source's `status_map`, then
    its `dropped`, then the name itself. -#}

with

declared as (

    select
        source,
        {{ status_key('status_name') }} as status_key,
        max(status_category) as status_category
    from {{ source('home', 'status_map') }}
    group by source, {{ status_key('status_name') }}

),

declared_dropped as (

    select distinct
        source,
        {{ status_key('status_name') }} as status_key
    from {{ source('home', 'dropped_names') }}

),

categorised as (

    select
        lists.source,
        lists.list_id,
        lists.list_name,
        lists.board_id,
        lists.is_closed,
        coalesce(
            declared.status_category,
            case when declared_dropped.status_key is not null then 'dropped' end,
            {{ status_category_by_name('lists.list_name') }}
        ) as status_category
    from {{ ref('base_trello__known_lists') }} as lists
    left join declared
        on
            lists.source = declared.source
            and {{ status_key('lists.list_name') }} = declared.status_key
    left join declared_dropped
        on
            lists.source = declared_dropped.source
            and {{ status_key('lists.list_name') }} = declared_dropped.status_key

),

lists as (

    select
        source,
        list_id,
        list_name,
        board_id,
        coalesce(status_category, 'todo') as status_category,
        is_closed,
        status_category is null as is_unmapped
    from categorised

)

select * from lists
