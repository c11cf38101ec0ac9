{#- Is effort on few things? A row per goal and purpose, planned beside actual, and a row for all of
    them that counts the active goals and says how concentrated effort is. -#}

with

shares as (

    select
        node_id,
        kind,
        is_active,
        rolled_up,
        goal_days,
        allocated_days,
        goal_share,
        target_share,
        actual_share,
        effort_rank
    from {{ ref('int_focus_shares') }}

),

totals as (

    select
        count(case when kind = 'goal' and is_active then 1 end) as active_goals,
        coalesce({{ exact_sum('rolled_up') }}, 0) as goal_days,
        coalesce(max(allocated_days), 0) as allocated_days,
        1 / nullif({{ exact_sum('goal_share * goal_share') }}, 0) as effective_number,
        coalesce({{ exact_sum('case when effort_rank <= 3 then rolled_up end') }}, 0) as top_days
    from shares

),

of_all as (

    select
        '(all)' as node_id,
        '(all)' as kind,
        cast(active_goals as integer) as active_goals,
        case
            when active_goals < 3 then 'too few'
            when active_goals > 5 then 'too many'
            else 'in range'
        end as goals_verdict,
        goal_days,
        allocated_days,
        effective_number,
        top_days as top_3_days,
        case when goal_days > 0 then top_days / goal_days end as top_3_share,
        case when not goal_days > 0 then 'no effort on any goal or purpose' end as reason
    from totals

),

together as (

    select
        node_id,
        kind,
        is_active,
        rolled_up,
        goal_days,
        allocated_days,
        goal_share,
        target_share,
        actual_share,
        actual_share - target_share as share_off_plan,
        cast(null as integer) as active_goals,
        cast(null as varchar) as goals_verdict,
        cast(null as double) as effective_number,
        cast(null as double) as top_3_days,
        cast(null as double) as top_3_share,
        case
            when not allocated_days > 0 then 'no effort'
            when target_share is null then 'no planned share'
        end as reason
    from shares

    union all

    select
        node_id,
        kind,
        cast(null as boolean) as is_active,
        goal_days as rolled_up,
        goal_days,
        allocated_days,
        cast(null as double) as goal_share,
        cast(null as double) as target_share,
        case when allocated_days > 0 then goal_days / allocated_days end as actual_share,
        cast(null as double) as share_off_plan,
        active_goals,
        goals_verdict,
        effective_number,
        top_3_days,
        top_3_share,
        reason
    from of_all

)

select * from together
