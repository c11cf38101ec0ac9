{#- Everybody whom Slate lists. -#}

with

copies as (

    select
        source,
        account_id,
        display_name,
        email,
        time_zone,
        {{ newest_copy() }} as age
    from {{ source('landed', 'slate_accounts') }}

)

select
    source || ':' || account_id as account_id,
    source,
    display_name,
    email,
    time_zone,
    false as is_bot
from copies
where age = 1
