{#- How each node's success is measured. -#}

select
    measure_id,
    node_id,
    title,
    kind,
    cadence_days
from {{ source('home', 'measures') }}
