{#- Which part of a node passes over each of its edges, and when: the edges' weights as parts of 1
    over those that lead to an anchor that day, or over all valid ones where none does. -#}

with

edge_pieces as (

    select
        edge_id,
        from_node_id,
        to_node_id,
        relation,
        weight,
        leads_to_an_anchor,
        max(case when leads_to_an_anchor then 1 else 0 end)
            over (partition by from_node_id, period_from)
        = 1 as node_is_anchored,
        period_from,
        period_to
    from {{ ref('int_edge_pieces') }}

),

shares as (

    select
        edge_id,
        from_node_id,
        to_node_id,
        relation,
        weight / sum(weight) over (partition by from_node_id, period_from) as share,
        period_from,
        period_to
    from edge_pieces
    where leads_to_an_anchor or not node_is_anchored

),

marked as (

    -- Neighbours with the same share are one period again: each path pays for every cut
    select
        *,
        case
            when
                lag(period_to) over (partition by edge_id order by period_from) = period_from
                and abs(lag(share) over (partition by edge_id order by period_from) - share) < 1e-12
                then 0
            else 1
        end as starts_a_period
    from shares

),

numbered as (

    select
        *,
        sum(starts_a_period) over (
            partition by edge_id
            order by period_from
            rows between unbounded preceding and current row
        ) as period_number
    from marked

),

edge_shares as (

    select
        edge_id,
        from_node_id,
        to_node_id,
        relation,
        min(share) as share,
        min(period_from) as period_from,
        max(period_to) as period_to
    from numbered
    group by edge_id, from_node_id, to_node_id, relation, period_number

)

select * from edge_shares
