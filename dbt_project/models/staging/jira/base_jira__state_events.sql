{#- Every change of status or resolution: what the history tells, and changes of the status that
    were only observed, which nobody made. -#}

select
    work_item_id,
    source,
    author,
    field,
    coalesce(field_id, field) as state_field,
    coalesce(before_value, '') as before_value,
    coalesce(before_text, '') as before_text,
    coalesce(after_value, '') as after_value,
    coalesce(after_text, '') as after_text,
    changed_at,
    history_order,
    history_key,
    position
from {{ ref('base_jira__changes') }}
where coalesce(field_id, field) in ('status', 'resolution')
union all
select
    work_item_id,
    source,
    cast(null as varchar) as author,
    'observed' as field,
    'status' as state_field,
    coalesce(before_value, '') as before_value,
    coalesce(before_text, '') as before_text,
    coalesce(after_value, '') as after_value,
    coalesce(after_text, '') as after_text,
    changed_at,
    cast(null as bigint) as history_order,
    history_key,
    cast(null as bigint) as position
from {{ ref('base_jira__observed_changes') }}
