{#- Every person: declared, or seen in a tracker. The time zone is the declared one, else that of
    the person's account in the first source that tells one, else the organisation's. -#}

with

settings as (

    select
        time_zone,
        organisation_calendar_id
    from {{ source('home', 'settings') }}

),

declared as (

    select
        person_id,
        name,
        time_zone,
        calendar_id
    from {{ source('home', 'people') }}

),

team_members as (

    select distinct person_id from {{ source('home', 'memberships') }}

),

accounts_of_persons as (

    select
        person_id,
        display_name,
        time_zone
    from {{ ref('int_persons_by_accounts') }}

),

everybody as (

    select person_id from declared
    union
    select person_id from team_members
    union
    select person_id from accounts_of_persons

),

described as (

    select
        everybody.person_id,
        coalesce(declared.name, accounts_of_persons.display_name, everybody.person_id) as name,
        coalesce(declared.time_zone, accounts_of_persons.time_zone, settings.time_zone)
            as time_zone,
        coalesce(declared.calendar_id, settings.organisation_calendar_id) as calendar_id,
        declared.person_id is not null or team_members.person_id is not null as is_declared,
        team_members.person_id is not null as is_in_team
    from everybody
    cross join settings
    left join declared on everybody.person_id = declared.person_id
    left join team_members on everybody.person_id = team_members.person_id
    left join accounts_of_persons on everybody.person_id = accounts_of_persons.person_id

)

select * from described
