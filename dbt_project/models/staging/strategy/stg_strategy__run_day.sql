{#- The day of the run: nothing from its first instant on counts. -#}

select
    as_of,
    as_of_at
from {{ source('home', 'settings') }}
