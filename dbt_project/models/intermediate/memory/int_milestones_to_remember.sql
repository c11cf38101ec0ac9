{#- What has changed of the milestones since the night before. -#}

{{ changes_since_last_night(
    ref('stg_strategy__milestones'),
    source('run', 'remembered_milestones'),
    key=['node_id', 'position'],
    values=['title', 'due_on', 'done_on']
) }}
