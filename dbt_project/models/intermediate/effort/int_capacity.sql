{#- The capacity of each person on each day, split over teams as every row of the person is. -#}

with

person_days as (

    select
        person_id,
        day,
        capacity
    from {{ ref('int_person_days') }}

),

team_shares as (

    select
        person_id,
        team_id,
        day,
        iso_week,
        team_share
    from {{ ref('int_team_shares') }}

),

split_over_teams as (

    select
        team_shares.person_id,
        team_shares.team_id,
        team_shares.day,
        team_shares.iso_week,
        person_days.capacity * team_shares.team_share as capacity
    from team_shares
    inner join person_days
        on team_shares.person_id = person_days.person_id and team_shares.day = person_days.day

)

select * from split_over_teams
