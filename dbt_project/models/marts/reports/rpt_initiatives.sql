{#- What was promised to be delivered: on time, late, open or dropped; how often it was put
    off; whether it is still alive. -#}

with

windows as (

    select window_start from {{ ref('int_window_starts') }}
    where window_days = 60

),

seen as (

    select {{ exact_sum('allocation.person_days') }} as person_days
    from {{ ref('int_allocation') }} as allocation
    inner join windows on allocation.slice_start >= windows.window_start
    where allocation.bucket <> 'unobserved'

),

recent as (

    select
        node_effort.node_id,
        {{ exact_sum('node_effort.rolled_up') }} as person_days
    from {{ ref('int_node_effort') }} as node_effort
    inner join windows on node_effort.slice_start >= windows.window_start
    group by node_effort.node_id

),

described as (

    select
        deliveries.node_id,
        deliveries.title,
        deliveries.team_id,
        deliveries.state,
        deliveries.due_on,
        deliveries.completed_on,
        {{ dbt.datediff('deliveries.due_on', 'deliveries.completed_on', 'day') }} as days_late,
        deliveries.milestones,
        deliveries.milestones_reached,
        slips.first_due_on,
        coalesce(slips.slips, 0) as slips,
        {{ dbt.datediff('slips.first_due_on', 'deliveries.due_on', 'day') }} as slip_days,
        coalesce(recent.person_days, 0.0) as recent_rolled_up,
        coalesce(seen.person_days, 0.0) as recent_seen_days,
        checkins.last_checkin_on,
        deliveries.is_active
        and deliveries.completed_on is null
        and coalesce(recent.person_days, 0.0) < 0.01 * seen.person_days
        and coalesce(checkins.last_checkin_on < windows.window_start, true)
            as is_retire_candidate,
        deliveries.is_due and deliveries.state <> 'dropped by decision' as counts_as_due
    from {{ ref('int_deliveries') }} as deliveries
    cross join windows
    cross join seen
    left join recent on deliveries.node_id = recent.node_id
    left join {{ ref('int_due_slips') }} as slips on deliveries.node_id = slips.node_id
    left join {{ ref('int_node_checkins') }} as checkins on deliveries.node_id = checkins.node_id

),

initiatives as (

    select
        node_id,
        title,
        team_id,
        state,
        due_on,
        completed_on,
        days_late,
        milestones,
        milestones_reached,
        first_due_on,
        slips,
        slip_days,
        recent_rolled_up,
        recent_seen_days,
        last_checkin_on,
        coalesce(is_retire_candidate, false) as is_retire_candidate,
        coalesce(counts_as_due, false) as counts_as_due,
        coalesce(counts_as_due, false) and completed_on is not null as counts_as_completed,
        count(case when counts_as_due then node_id end) over () as due_nodes,
        count(case when counts_as_due and completed_on is not null then node_id end) over ()
            as completed_nodes,
        count(case when counts_as_due and completed_on is not null then node_id end) over () * 1.0
        / nullif(count(case when counts_as_due then node_id end) over (), 0) as completion_rate,
        cast(0.8 as double) as completion_target
    from described

)

select * from initiatives
