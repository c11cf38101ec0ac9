{#- Which node is said to contribute to or to enable which, and since when. What is written twice in
    the same words is one edge. -#}

select distinct
    from_node_id,
    to_node_id,
    relation,
    because,
    weight,
    valid_from,
    valid_to
from {{ source('home', 'edges') }}
