{#- What the trackers tell of each person with an account: the name, and the time zone of the
    account in the first source that tells a known one. -#}

with

zones as (

    select distinct time_zone from {{ source('home', 'calendar') }}

),

accounts_of_persons as (

    select
        int_accounts_to_persons.person_id,
        min_by(int_accounts_unioned.display_name, int_accounts_unioned.account_id)
            as display_name,
        min_by(
            zones.time_zone, (sources.position, int_accounts_unioned.account_id)
        ) filter (where zones.time_zone is not null) as time_zone
    from {{ ref('int_accounts_to_persons') }} as int_accounts_to_persons
    left join {{ ref('int_accounts_unioned') }} as int_accounts_unioned
        on int_accounts_to_persons.account_id = int_accounts_unioned.account_id
    left join {{ source('home', 'sources') }} as sources
        on int_accounts_unioned.source = sources.source
    left join zones on int_accounts_unioned.time_zone = zones.time_zone
    where int_accounts_to_persons.person_id is not null
    group by int_accounts_to_persons.person_id

)

select * from accounts_of_persons
