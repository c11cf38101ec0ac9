{#- What works against each other: conflicts that the strategy declares, and measures of
    dependent teams that move against each other. -#}

with

effort as (

    select
        node_id,
        {{ exact_sum('rolled_up') }} as person_days
    from {{ ref('int_node_effort') }}
    group by node_id

),

declared as (

    select
        conflict_id,
        'declared' as conflict_type,
        node_id,
        other_node_id,
        '(none)' as measure_id,
        '(none)' as other_measure_id,
        because,
        cast(null as bigint) as months,
        cast(null as double) as rho
    from {{ ref('stg_strategy__conflicts') }}

),

candidates as (

    select
        measure_id || ' / ' || other_measure_id as conflict_id,
        'candidate' as conflict_type,
        node_id,
        other_node_id,
        measure_id,
        other_measure_id,
        cast(null as varchar) as because,
        months,
        rho
    from {{ ref('int_opposite_measures') }}

),

conflicts as (

    select * from declared
    union all
    select * from candidates

),

described as (

    select
        conflicts.*,
        coalesce(effort.person_days, 0.0) as person_days,
        coalesce(other_effort.person_days, 0.0) as other_person_days
    from conflicts
    left join effort on conflicts.node_id = effort.node_id
    left join effort as other_effort on conflicts.other_node_id = other_effort.node_id

),

conflicts_with_effort as (

    select
        conflict_id,
        conflict_type,
        node_id,
        other_node_id,
        measure_id,
        other_measure_id,
        because,
        person_days,
        other_person_days,
        person_days > 0 and other_person_days > 0 as has_effort_on_both,
        months,
        rho
    from described

)

select * from conflicts_with_effort
