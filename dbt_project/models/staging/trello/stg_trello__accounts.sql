{#- Everybody who is a member of a board, did something on one, or to whom something was done.
    Trello does not say which account is a machine's. -#}

with

members as (

    select
        source,
        record_id as member_id,
        coalesce(full_name, user_name) as display_name,
        email,
        {{ newest_copy() }} as age
    from {{ source('landed', 'trello_members') }}

),

met as (

    select
        source,
        member_id,
        display_name,
        email,
        1 as place,
        cast(null as timestamp) as met_at
    from members
    where age = 1
    union all
    select
        source,
        creator_id as member_id,
        coalesce(creator_name, creator_user_name) as display_name,
        null as email,
        2 as place,
        acted_at as met_at
    from {{ source('landed', 'trello_actions') }}
    union all
    select
        source,
        member_id,
        member_name as display_name,
        null as email,
        3 as place,
        acted_at as met_at
    from {{ source('landed', 'trello_actions') }}
    union all
    select
        source,
        member_id,
        null as display_name,
        null as email,
        4 as place,
        cast(null as timestamp) as met_at
    from {{ source('landed', 'trello_card_members') }}

),

ranked as (

    select
        source,
        member_id,
        display_name,
        email,
        row_number() over (
            partition by source, member_id
            order by
                case when display_name is null then 1 else 0 end asc,
                place asc,
                met_at desc nulls last,
                display_name asc
        ) as place
    from met
    where member_id is not null

),

accounts as (

    select
        source || ':' || member_id as account_id,
        source,
        display_name,
        email,
        cast(null as varchar) as time_zone,
        false as is_bot
    from ranked
    where place = 1

)

select * from accounts
