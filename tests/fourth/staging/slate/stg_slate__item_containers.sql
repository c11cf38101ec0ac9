{#- In which book each note is. -#}

select
    work_item_id,
    source || ':board:' || project_id as container_id,
    cast(null as timestamp) as from_at,
    cast(null as timestamp) as to_at
from {{ ref('base_slate__notes') }}
