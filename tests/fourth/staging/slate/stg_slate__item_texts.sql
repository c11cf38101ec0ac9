{#- Titles, as they are now. -#}

select
    work_item_id,
    'title' as kind,
    cast(null as varchar) as field_id,
    cast(null as varchar) as field_name,
    title as text,
    cast(null as varchar) as account_id,
    cast(null as timestamp) as written_at
from {{ ref('base_slate__notes') }}
