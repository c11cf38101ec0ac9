{{ config(materialized='table') }}
{#- Every id by which a record may name an account, and the account that it means: Server's
    histories name users by key or by name, whatever the account goes by elsewhere. A user key is
    never read as the name of somebody else. -#}

with

accounts as (

    select
        source,
        account_id,
        user_key,
        user_name,
        -- known by its user name alone, or by no more than a mention
        is_mention or (user_key is null and user_name = account_id) as is_loose
    from {{ ref('base_jira__account_facts') }}

),

other_names as (

    select
        source,
        user_key as named_as,
        account_id
    from accounts
    where user_key <> account_id
    union all
    select
        source,
        user_name as named_as,
        account_id
    from accounts
    where user_name <> account_id

),

aliases as (

    select
        other_names.source,
        other_names.named_as,
        min(other_names.account_id) as account_id
    from other_names
    left join accounts
        on
            other_names.source = accounts.source
            and other_names.named_as = accounts.account_id
            and not accounts.is_loose
    where accounts.account_id is null
    group by other_names.source, other_names.named_as

),

own_names as (

    select
        accounts.source,
        accounts.account_id as named_as,
        accounts.account_id
    from accounts
    left join aliases
        on accounts.source = aliases.source and accounts.account_id = aliases.named_as
    where aliases.named_as is null

),

every_name as (

    select
        source,
        named_as,
        account_id
    from own_names
    union all
    select
        source,
        named_as,
        account_id
    from aliases

),

account_ids as (

    select
        source,
        named_as,
        source || ':' || account_id as account_id
    from every_name

)

select * from account_ids
