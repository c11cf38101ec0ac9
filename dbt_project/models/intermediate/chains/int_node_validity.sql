{#- From which day on and before which day each node is valid, and whether a chain may end in it.
    A node that is valid on no day has neither day. The beginning of time is 1900-01-01. -#}

with

first_stops as (

    select
        node_id,
        min(day) as stopped_on
    from {{ ref('stg_strategy__decisions') }}
    where action = 'stops'
    group by node_id

),

nodes_with_outgoing_edges as (

    select distinct from_node_id as node_id from {{ ref('stg_strategy__edges') }}

),

dated as (

    -- What was retired or declined ends after `to`, else when it was stopped, else it never was
    select
        nodes.node_id,
        nodes.kind,
        case
            when nodes.kind = 'purpose' then 3
            when nodes.kind = 'goal' then 1
            when nodes.kind = 'objective' and nodes_with_outgoing_edges.node_id is null then 1
        end as anchor_direction,
        case
            when coalesce(nodes.status, 'active') <> 'proposed'
                then greatest(coalesce(nodes.from_on, {{ first_day() }}), {{ first_day() }})
        end as starts_on,
        case
            when nodes.to_on is not null
                then least({{ add_days('nodes.to_on', 1) }}, {{ last_day() }})
            when coalesce(nodes.status, 'active') not in ('retired', 'declined')
                then {{ last_day() }}
            else first_stops.stopped_on
        end as ends_on
    from {{ ref('stg_strategy__nodes') }} as nodes
    left join first_stops on nodes.node_id = first_stops.node_id
    left join nodes_with_outgoing_edges on nodes.node_id = nodes_with_outgoing_edges.node_id

),

valid_on_some_day as (

    select
        node_id,
        kind,
        anchor_direction,
        case when starts_on < ends_on then starts_on end as period_from,
        case when starts_on < ends_on then ends_on end as period_to
    from dated

)

select * from valid_on_some_day
