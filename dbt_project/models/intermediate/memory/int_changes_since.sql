{#- Since each night: whether the links of any item, or anything that the strategy says effort
    counts as, was found changed by a later night or by this run. -#}

with

changes as (

    select
        'links' as what,
        as_of
    from {{ source('run', 'remembered_links') }}
    union
    select
        'links' as what,
        as_of
    from {{ ref('int_links_to_remember') }}
    union
    select
        'strategy' as what,
        as_of
    from {{ source('run', 'remembered_node_allocations') }}
    union
    select
        'strategy' as what,
        as_of
    from {{ ref('int_node_allocations_to_remember') }}

),

last_changes as (

    select
        max(case when what = 'links' then as_of end) as links_changed_on,
        max(case when what = 'strategy' then as_of end) as strategy_changed_on
    from changes

),

changes_since as (

    select
        nights.as_of,
        coalesce(last_changes.links_changed_on > nights.as_of, false) as have_links_changed,
        coalesce(last_changes.strategy_changed_on > nights.as_of, false) as has_strategy_changed
    from {{ source('run', 'remembered_nights') }} as nights
    cross join last_changes

)

select * from changes_since
