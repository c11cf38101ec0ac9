{#- Every project, board, list, section, sprint and portfolio. -#}

with

every_tracker as (
{{ union_trackers('containers', [
        'container_id',
        'source',
        'kind',
        'native_id',
        'key',
        'name',
        'short_link'
    ]) }}
)

select * from every_tracker
