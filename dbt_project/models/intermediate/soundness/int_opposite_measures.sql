{#- Measures of teams that depend on each other which move against each other: the rank
    correlation (Spearman) of their monthly improvements is -0.5 or less over eight months or
    more. Equal improvements share the mean of their ranks. -#}

with

measures as (

    select
        measures.measure_id,
        measures.node_id,
        nodes.team_id
    from {{ ref('stg_strategy__measures') }} as measures
    inner join {{ ref('int_nodes_today') }} as nodes on measures.node_id = nodes.node_id

),

pairs as (

    select
        one.measure_id,
        other.measure_id as other_measure_id,
        one.node_id,
        other.node_id as other_node_id
    from {{ ref('int_dependent_teams') }} as dependent
    inner join measures as one on dependent.team_id = one.team_id
    inner join measures as other on dependent.other_team_id = other.team_id
    where one.measure_id < other.measure_id

),

differences as (

    select
        pairs.*,
        one.difference,
        other.difference as other_difference
    from pairs
    inner join {{ ref('int_measure_differences') }} as one on pairs.measure_id = one.measure_id
    inner join {{ ref('int_measure_differences') }} as other
        on pairs.other_measure_id = other.measure_id and one.month = other.month

),

ranked as (

    select
        *,
        rank() over (partition by measure_id, other_measure_id order by difference)
        + (count(*) over (partition by measure_id, other_measure_id, difference) - 1) / 2.0
            as place,
        rank() over (partition by measure_id, other_measure_id order by other_difference)
        + (count(*) over (partition by measure_id, other_measure_id, other_difference) - 1) / 2.0
            as other_place
    from differences

),

correlated as (

    select
        measure_id,
        other_measure_id,
        node_id,
        other_node_id,
        count(*) as months,
        case
            when min(difference) < max(difference) and min(other_difference) < max(other_difference)
                then round(corr(place, other_place), 12)
        end as rho
    from ranked
    group by measure_id, other_measure_id, node_id, other_node_id

),

opposite_measures as (

    select * from correlated
    where months >= 8 and rho <= -0.5 + 1e-9

)

select * from opposite_measures
