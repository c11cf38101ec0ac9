{#- Slate's notes have no keys; the table is empty. -#}

select
    cast(null as varchar) as source,
    cast(null as varchar) as key,
    cast(null as varchar) as work_item_id
from {{ ref('base_slate__notes') }}
where false
