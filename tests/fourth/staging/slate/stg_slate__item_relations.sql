{#- Slate knows no relations; the table is empty. -#}

select
    cast(null as varchar) as work_item_id,
    cast(null as varchar) as related_work_item_id,
    cast(null as varchar) as phrase
from {{ ref('base_slate__notes') }}
where false
