{#- One row per account with the newest that any record tells of it. The text that orders the facts
    ends with the fact itself, so that two of one instant are ordered too. -#}

with

facts as (

    select
        source,
        account_id,
        user_key,
        user_name,
        display_name,
        email,
        time_zone,
        account_type,
        coalesce(cast(max(record_version) as varchar), '') as told_at
    from {{ source('landed', 'jira_accounts') }}
    group by source, account_id, user_key, user_name, display_name, email, time_zone, account_type

),

account_facts as (

    select
        source,
        account_id,
        max_by(user_key, told_at || ' ' || user_key) as user_key,
        max_by(user_name, told_at || ' ' || user_name) as user_name,
        max_by(display_name, told_at || ' ' || display_name) as display_name,
        max_by(email, told_at || ' ' || email) as email,
        max_by(time_zone, told_at || ' ' || time_zone) as time_zone,
        max_by(account_type, told_at || ' ' || account_type) as account_type,
        -- an account of which only a history knows has nothing but its name
        count(coalesce(user_key, user_name, email, time_zone, account_type)) = 0 as is_mention
    from facts
    group by source, account_id

)

select * from account_facts
