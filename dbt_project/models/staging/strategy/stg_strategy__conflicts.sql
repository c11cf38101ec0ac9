{#- Which two nodes the strategy itself says work against each other. -#}

select
    conflict_id,
    node_id,
    other_node_id,
    because
from {{ source('home', 'conflicts') }}
