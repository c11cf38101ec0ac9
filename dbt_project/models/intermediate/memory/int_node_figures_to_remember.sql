{#- Which published figures of a node have changed since the night before. -#}

{{ changes_since_last_night(
    ref('int_node_figures_today'),
    source('run', 'remembered_node_figures'),
    key=['period_type', 'period_start', 'node_id'],
    values=['direct', 'rolled_up']
) }}
