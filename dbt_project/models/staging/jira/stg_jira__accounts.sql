{#- One row per account. Accounts of type `app` are bots. -#}

with

facts as (

    select * from {{ ref('base_jira__account_facts') }}

),

account_ids as (

    select * from {{ ref('base_jira__account_ids') }}

),

accounts as (

    select
        account_ids.account_id,
        account_ids.source,
        coalesce(
            min(facts.display_name) filter (
                where facts.source || ':' || facts.account_id = account_ids.account_id
            ),
            min(facts.display_name)
        ) as display_name,
        min(facts.email) as email,
        min(facts.time_zone) as time_zone,
        coalesce(bool_or(facts.account_type = 'app'), false) as is_bot
    from account_ids
    inner join facts
        on account_ids.source = facts.source and account_ids.named_as = facts.account_id
    group by account_ids.account_id, account_ids.source

)

select * from accounts
