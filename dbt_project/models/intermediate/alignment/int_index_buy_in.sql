{#- Buy-in: how many active nodes their own owner checked in on lately, and how many teams have said
    how they are aligned. -#}

with

active_nodes as (

    select checkins.owner_checked_in
    from {{ ref('int_node_checkins') }} as checkins
    inner join {{ ref('int_nodes_today') }} as nodes on checkins.node_id = nodes.node_id
    where nodes.is_active

),

teams as (

    select direction from {{ source('home', 'teams') }}

),

counted as (

    select
        'buy_in' as component,
        'active nodes whose owner checked in within the cadence' as part,
        'nodes' as counted_in,
        cast(count(case when owner_checked_in then 1 end) as double) as numerator,
        cast(count(*) as double) as denominator,
        count(*) as n
    from active_nodes

    union all

    select
        'buy_in' as component,
        'teams with a declared direction' as part,
        'teams' as counted_in,
        cast(count(direction) as double) as numerator,
        cast(count(*) as double) as denominator,
        count(*) as n
    from teams

)

select * from counted
