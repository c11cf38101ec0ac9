{#- The readings of every measure. -#}

select distinct
    measure_id,
    day,
    value
from {{ source('home', 'observations') }}
