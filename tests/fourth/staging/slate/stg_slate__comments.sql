{#- Slate has no comments; the table is empty. -#}

select
    cast(null as varchar) as comment_id,
    cast(null as varchar) as work_item_id,
    cast(null as varchar) as account_id,
    cast(null as timestamp) as written_at
from {{ ref('base_slate__notes') }}
where false
