{#- Which containers the user mapped to a node. -#}

select distinct
    source,
    kind,
    container_name,
    node_id
from {{ source('home', 'container_mappings') }}
