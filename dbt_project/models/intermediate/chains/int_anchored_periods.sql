{#- While which days each node has a path to an anchor. The walk goes down from the anchors; a
    period that was seen before is not walked again. Periods that touch or overlap are one. -#}

with recursive

edges as (

    select
        from_node_id,
        to_node_id,
        period_from,
        period_to
    from {{ ref('int_edge_validity') }}

),

reached as (

    select
        node_id,
        period_from,
        period_to
    from {{ ref('int_node_validity') }}
    where anchor_direction is not null and period_from is not null
    union
    select
        edges.from_node_id,
        greatest(edges.period_from, reached.period_from) as period_from,
        least(edges.period_to, reached.period_to) as period_to
    from reached
    inner join edges
        on
            reached.node_id = edges.to_node_id
            and reached.period_from < edges.period_to
            and reached.period_to > edges.period_from

),

marked as (

    select
        node_id,
        period_from,
        period_to,
        case
            when
                period_from <= max(period_to) over (
                    partition by node_id
                    order by period_from, period_to
                    rows between unbounded preceding and 1 preceding
                )
                then 0
            else 1
        end as starts_a_period
    from reached

),

numbered as (

    select
        node_id,
        period_from,
        period_to,
        sum(starts_a_period) over (
            partition by node_id
            order by period_from, period_to
            rows between unbounded preceding and current row
        ) as period_number
    from marked

),

joined_up as (

    select
        node_id,
        min(period_from) as period_from,
        max(period_to) as period_to
    from numbered
    group by node_id, period_number

)

select * from joined_up
