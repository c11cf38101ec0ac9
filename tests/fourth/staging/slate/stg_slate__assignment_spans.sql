{#- Who has a note now; Slate keeps no history of it. -#}

select
    work_item_id,
    source || ':' || assignee_id as account_id,
    created_at as from_at,
    cast(null as timestamp) as to_at
from {{ ref('base_slate__notes') }}
where assignee_id is not null
