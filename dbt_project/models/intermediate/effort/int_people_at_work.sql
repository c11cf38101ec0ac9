{#- Everybody whose days are accounted for: members of a team, and people seen at work in a tracker
    who are in none. -#}

with

persons as (

    select
        person_id,
        time_zone,
        calendar_id,
        is_in_team
    from {{ ref('int_persons') }}

),

seen_at_work as (

    select distinct person_id from {{ ref('int_working_weeks') }}

),

at_work as (

    select
        persons.person_id,
        persons.time_zone,
        persons.calendar_id,
        persons.is_in_team
    from persons
    left join seen_at_work on persons.person_id = seen_at_work.person_id
    where persons.is_in_team or seen_at_work.person_id is not null

)

select * from at_work
