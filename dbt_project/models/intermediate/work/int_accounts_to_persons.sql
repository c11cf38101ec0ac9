{#- Whose account each account is. An account belongs to the person that lists it, else to the
    person with its e-mail, else to a person of its own. A bot's account belongs to nobody. -#}

with

accounts_known as (

    select
        account_id,
        email,
        is_bot
    from {{ ref('int_accounts_unioned') }}

),

accounts_seen as (

    -- an account that the tracker no longer lists may still stand in the history
    select account_id from accounts_known
    union
    select account_id from {{ ref('int_assignment_spans_unioned') }}
    union
    select account_id from {{ ref('int_time_logs_unioned') }}
    union
    select account_id from {{ ref('int_changes_unioned') }}
    union
    select account_id from {{ ref('int_comments_unioned') }}
    union
    select created_by as account_id from {{ ref('int_work_items_unioned') }}

),

listed as (

    select
        account_id,
        person_id,
        is_bot
    from {{ source('home', 'person_accounts') }}

),

persons_by_email as (

    -- a person declared under the address comes before one whose other account has it
    select
        email,
        min_by(person_id, rank_in_email) as person_id
    from (
        select
            lower(person_id) as email,
            person_id,
            0 as rank_in_email
        from {{ source('home', 'people') }}
        union all
        select
            lower(person_id) as email,
            person_id,
            0 as rank_in_email
        from {{ source('home', 'memberships') }}
        union all
        select
            accounts_known.email,
            min(listed.person_id) as person_id,
            1 as rank_in_email
        from accounts_known
        inner join listed on accounts_known.account_id = listed.account_id
        where accounts_known.email is not null and listed.person_id is not null
        group by accounts_known.email
    ) as addresses
    group by email

),

resolved as (

    select
        accounts_seen.account_id,
        coalesce(listed.is_bot, false) or coalesce(accounts_known.is_bot, false) as is_bot,
        coalesce(
            listed.person_id,
            persons_by_email.person_id,
            accounts_known.email,
            accounts_seen.account_id
        ) as person_id
    from accounts_seen
    left join accounts_known on accounts_seen.account_id = accounts_known.account_id
    left join listed on accounts_seen.account_id = listed.account_id
    left join persons_by_email on accounts_known.email = persons_by_email.email
    where accounts_seen.account_id is not null

),

accounts_to_persons as (

    select
        account_id,
        is_bot,
        case when not is_bot then person_id end as person_id
    from resolved

)

select * from accounts_to_persons
