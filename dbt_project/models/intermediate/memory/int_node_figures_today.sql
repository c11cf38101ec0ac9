{#- The figures that this night publishes of each node, without the last digits, which differ from
    night to night as slices are cut elsewhere. -#}

select
    period_type,
    period_start,
    node_id,
    round(direct, 9) as direct,
    round(rolled_up, 9) as rolled_up
from {{ ref('rpt_node_effort') }}
