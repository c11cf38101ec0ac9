{#- Communication: how many people work on something that names its place in the strategy, and how
    many active nodes were talked about lately. -#}

with

effort as (

    select
        allocation.person_id,
        allocation.work_item_id <> '(none)'
        and allocation.node_id <> '(none)'
        and allocation.strength = 'strict' as is_strictly_linked
    from {{ ref('int_allocation') }} as allocation
    inner join {{ ref('int_window_starts') }} as windows
        on windows.window_days = 28 and allocation.slice_start >= windows.window_start
    where allocation.bucket <> 'unobserved' and allocation.person_days > 0

),

people as (

    select
        person_id,
        bool_or(is_strictly_linked) as is_strictly_linked
    from effort
    group by person_id

),

active_nodes as (

    select checkins.has_checkin_within_cadence
    from {{ ref('int_node_checkins') }} as checkins
    inner join {{ ref('int_nodes_today') }} as nodes on checkins.node_id = nodes.node_id
    where nodes.is_active

),

counted as (

    select
        'communication' as component,
        'people with effort on a strictly linked item in the last 28 days' as part,
        'people' as counted_in,
        cast(count(case when is_strictly_linked then 1 end) as double) as numerator,
        cast(count(*) as double) as denominator,
        count(*) as n
    from people

    union all

    select
        'communication' as component,
        'active nodes with a check-in within their cadence' as part,
        'nodes' as counted_in,
        cast(count(case when has_checkin_within_cadence then 1 end) as double) as numerator,
        cast(count(*) as double) as denominator,
        count(*) as n
    from active_nodes

)

select * from counted
