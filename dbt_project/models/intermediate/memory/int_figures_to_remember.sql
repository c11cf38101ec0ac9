{#- Which published figures have changed since the night before, all teams together. -#}

{{ changes_since_last_night(
    ref('int_figures_today'),
    source('run', 'remembered_figures'),
    key=['period_type', 'period_start', 'bucket'],
    values=['person_days', 'capacity_days']
) }}
