{#- What has changed since the night before of what effort on a node counts as: the sum of all that
    the strategy says. -#}

{{ changes_since_last_night(
    ref('int_node_allocations'),
    source('run', 'remembered_node_allocations'),
    key=['node_id', 'bucket', 'period_from'],
    values=['period_to', 'weight']
) }}
