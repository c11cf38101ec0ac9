{#- Which links have changed since the night before. -#}

{{ changes_since_last_night(
    ref('int_links_today'),
    source('run', 'remembered_links'),
    key=['work_item_id', 'identifier'],
    values=['weight']
) }}
