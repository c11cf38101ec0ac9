{#- Which node a decision starts or stops, and on which day. -#}

select distinct
    decision_nodes.decision_id,
    decision_nodes.node_id,
    decision_nodes.action,
    decisions.day
from {{ source('home', 'decision_nodes') }} as decision_nodes
inner join {{ source('home', 'decisions') }} as decisions
    on decision_nodes.decision_id = decisions.decision_id
