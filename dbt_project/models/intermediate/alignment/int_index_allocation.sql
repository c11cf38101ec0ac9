{#- Allocation: how much of the effort went where it was planned. What was planned and what was done
    are laid over each other, as parts of 1: the common part is 1 less half of all differences. -#}

with

places as (

    -- An active goal without a planned share has no plan to be held against, and is left out
    select
        node_id as place,
        rolled_up as actual_days,
        coalesce(target_share, 0) as target_share
    from {{ ref('int_goal_effort') }}
    where is_active and (kind = 'purpose' or target_share is not null)

    union all

    select
        '(untraced)' as place,
        coalesce({{ exact_sum("case when bucket = 'untraced' then person_days end") }}, 0)
            as actual_days,
        0 as target_share
    from {{ ref('int_allocation') }}

),

totals as (

    select
        {{ exact_sum('actual_days') }} as actual_days,
        {{ exact_sum('target_share') }} as target_share,
        count(*) as n
    from places

),

compared as (

    select
        places.actual_days,
        places.target_share / nullif(totals.target_share, 0) * totals.actual_days as planned_days,
        totals.actual_days as all_days,
        totals.n
    from places
    cross join totals

),

counted as (

    -- Without any plan there is nothing to compare with: no denominator
    select
        'allocation' as component,
        'effort that went where it was planned' as part,
        'person-days' as counted_in,
        coalesce(
            {{ exact_sum('case
                when actual_days <= planned_days then actual_days
                else planned_days
            end') }}, 0
        ) as numerator,
        case when count(planned_days) > 0 then max(all_days) else 0 end as denominator,
        max(n) as n
    from compared

)

select * from counted
