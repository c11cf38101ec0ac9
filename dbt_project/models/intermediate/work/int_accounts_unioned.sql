{#- Every account of every tracker. Some trackers write an address that they do not know as an empty
    text, and one that they do with blanks around it. -#}

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
),

accounts_unioned as (

    select
        account_id,
        source,
        display_name,
        nullif(lower(trim(email)), '') as email,
        time_zone,
        is_bot
    from every_tracker

)

select * from accounts_unioned
