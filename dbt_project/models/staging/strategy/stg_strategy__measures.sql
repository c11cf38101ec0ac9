{#- How each node's success is measured. -#}

select
    measure_id,
    node_id,
    title,
    kind,
    timing,
    unit,
    better,
    baseline,
    target,
    cadence_days,
    start_on,
    due_on
from {{ source('home', 'measures') }}
