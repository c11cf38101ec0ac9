{#- Every move is a change. -#}

select
    work_item_id || ':' || cast(acted_at as varchar) as change_id,
    work_item_id,
    account_id,
    'state' as field,
    acted_at as changed_at
from {{ ref('base_slate__moves') }}
