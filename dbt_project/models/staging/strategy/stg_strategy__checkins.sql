{#- What was said of a node's progress, by whom and on which day. -#}

select distinct
    node_id,
    author,
    confidence,
    note,
    day
from {{ source('home', 'checkins') }}
