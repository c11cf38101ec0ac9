{#- All of time for each node, cut where it begins or ceases to be valid or anchored. -#}

with

validity as (

    select
        node_id,
        period_from,
        period_to
    from {{ ref('int_node_validity') }}

),

anchored as (

    select
        node_id,
        period_from,
        period_to
    from {{ ref('int_anchored_periods') }}

),

cuts as (

    select
        node_id,
        {{ first_day() }} as day
    from validity
    union
    select
        node_id,
        {{ last_day() }} as day
    from validity
    union
    select
        node_id,
        period_from as day
    from validity
    where period_from is not null
    union
    select
        node_id,
        period_to as day
    from validity
    where period_to is not null
    union
    select
        node_id,
        period_from as day
    from anchored
    union
    select
        node_id,
        period_to as day
    from anchored

),

pieces as (

    select
        node_id,
        day as period_from,
        lead(day) over (partition by node_id order by day) as period_to
    from cuts

),

described as (

    select
        pieces.node_id,
        pieces.period_from,
        pieces.period_to,
        validity.node_id is not null as is_valid,
        anchored.node_id is not null as is_anchored
    from pieces
    left join validity
        on
            pieces.node_id = validity.node_id
            and pieces.period_from >= validity.period_from
            and pieces.period_to <= validity.period_to
    left join anchored
        on
            pieces.node_id = anchored.node_id
            and pieces.period_from >= anchored.period_from
            and pieces.period_to <= anchored.period_to
    where pieces.period_to is not null

)

select * from described
