{#- What has changed of the measures since the night before. Their observations carry a day of their
    own, and are not remembered. -#}

{{ changes_since_last_night(
    ref('stg_strategy__measures'),
    source('run', 'remembered_measures'),
    key=['measure_id'],
    values=['node_id', 'title', 'kind', 'baseline', 'target', 'start_on', 'due_on']
) }}
