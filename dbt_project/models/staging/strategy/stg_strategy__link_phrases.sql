{#- The phrases of relations between items that pass a node on. -#}

select distinct phrase
from {{ source('home', 'link_phrases') }}
