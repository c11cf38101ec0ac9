{#- Every account of every tracker. -#}

with

every_tracker as (
{{ union_trackers('accounts', [
        'account_id',
        'source',
        'display_name',
        'email',
        'time_zone',
        'is_bot'
    ]) }}
)

select * from every_tracker
