{#- Which part of the effort for goals and purposes each of them got, and which part of
    all effort. -#}

with

goals as (

    select
        node_id,
        kind,
        is_active,
        target_share,
        rolled_up
    from {{ ref('int_goal_effort') }}

),

observed as (

    select coalesce({{ exact_sum('person_days') }}, 0) as allocated_days
    from {{ ref('int_allocation') }}
    where bucket <> 'unobserved'

),

ranked as (

    select
        goals.*,
        observed.allocated_days,
        {{ exact_sum('goals.rolled_up', over='') }} as goal_days,
        row_number() over (order by goals.rolled_up desc, goals.node_id asc) as effort_rank
    from goals
    cross join observed

),

shared as (

    select
        node_id,
        kind,
        is_active,
        target_share,
        rolled_up,
        allocated_days,
        goal_days,
        effort_rank,
        case when goal_days > 0 then rolled_up / goal_days end as goal_share,
        case when allocated_days > 0 then rolled_up / allocated_days end as actual_share
    from ranked

)

select * from shared
