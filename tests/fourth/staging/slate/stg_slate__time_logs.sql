{#- Slate keeps no time; the table is empty. -#}

select
    cast(null as varchar) as time_log_id,
    cast(null as varchar) as work_item_id,
    cast(null as varchar) as account_id,
    cast(null as double) as seconds,
    cast(null as date) as started_on,
    cast(null as timestamp) as started_at
from {{ ref('base_slate__notes') }}
where false
