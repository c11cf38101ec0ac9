{#- Trello's cards have no relations with a name; the table is empty. -#}

select
    cast(null as varchar) as work_item_id,
    cast(null as varchar) as related_work_item_id,
    cast(null as varchar) as phrase
from {{ ref('base_trello__cards') }}
where false
