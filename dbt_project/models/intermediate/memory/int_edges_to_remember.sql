{#- Which edges are new since the night before, and which are gone: an edge has no name, so one that
    was changed is both. -#}

{{ changes_since_last_night(
    ref('stg_strategy__edges'),
    source('run', 'remembered_edges'),
    key=[
        'from_node_id', 'to_node_id', 'relation', 'valid_from', 'valid_to', 'because', 'weight'
    ],
    values=[]
) }}
