{#- Everybody whom a record names. Asana does not say which account is a machine's. -#}

with

told as (

    select
        source,
        user_id,
        display_name,
        email,
        case when record_id = user_id then 1 else 2 end as place,
        coalesce(record_version, pulled_at) as told_at
    from {{ source('landed', 'asana_users') }}

),

named as (

    select
        source,
        user_id,
        display_name,
        row_number() over (
            partition by source, user_id
            order by
                case when display_name is null then 1 else 0 end asc,
                place asc,
                told_at desc nulls last,
                display_name asc
        ) as nth,
        -- people who left tell no e-mail any more; an older copy still may
        max_by(email, told_at) over (partition by source, user_id) as email
    from told

),

accounts as (

    select
        source || ':' || user_id as account_id,
        source,
        display_name,
        email,
        cast(null as varchar) as time_zone,
        false as is_bot
    from named
    where nth = 1

)

select * from accounts
