{#- Monitoring: how many valid results have an outcome measure that was read lately, and how many
    active nodes were checked in on time. -#}

with

results as (

    select measurements.measurement
    from {{ ref('int_node_measurements') }} as measurements
    inner join {{ ref('int_nodes_today') }} as nodes on measurements.node_id = nodes.node_id
    where nodes.is_valid and nodes.is_result

),

active_nodes as (

    select checkins.is_on_time
    from {{ ref('int_node_checkins') }} as checkins
    inner join {{ ref('int_nodes_today') }} as nodes on checkins.node_id = nodes.node_id
    where nodes.is_active

),

counted as (

    select
        'monitoring' as component,
        'valid results with a fresh outcome measure' as part,
        'results' as counted_in,
        cast(count(case when measurement = 1 then 1 end) as double) as numerator,
        cast(count(*) as double) as denominator,
        count(*) as n
    from results

    union all

    select
        'monitoring' as component,
        'active nodes checked in on time' as part,
        'nodes' as counted_in,
        cast(count(case when is_on_time then 1 end) as double) as numerator,
        cast(count(*) as double) as denominator,
        count(*) as n
    from active_nodes

)

select * from counted
