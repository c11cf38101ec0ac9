{#- What has changed of the strategy's nodes since the night before. Owners are people, and are not
    remembered. -#}

{{ changes_since_last_night(
    ref('stg_strategy__nodes'),
    source('run', 'remembered_nodes'),
    key=['node_id'],
    values=[
        'kind', 'title', 'team_id', 'status', 'target_share', 'from_on', 'to_on', 'due_on',
        'done_on'
    ]
) }}
