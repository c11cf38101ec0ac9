{#- Every book with a note in it. -#}

select distinct
    source || ':board:' || project_id as container_id,
    source,
    'board' as kind,
    project_id as native_id,
    cast(null as varchar) as key,
    project_id as name,
    cast(null as varchar) as short_link
from {{ ref('base_slate__notes') }}
