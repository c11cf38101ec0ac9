{#- What an item that is active every whole day would get, summed from the first day of the run on,
    per person and team. The effort of a run of days is the difference of two of these sums, however
    long the run is. -#}

with

units as (

    select
        person_id,
        day,
        whole_day_share
    from {{ ref('int_day_units') }}

),

teams_of_persons as (

    select distinct
        person_id,
        team_id
    from {{ ref('int_team_share_periods') }}

),

shares as (

    select
        person_id,
        team_id,
        day,
        team_share
    from {{ ref('int_team_shares') }}

),

summed as (

    select
        units.person_id,
        teams_of_persons.team_id,
        units.day,
        sum(units.whole_day_share * coalesce(shares.team_share, 0.0)) over (
            partition by units.person_id, teams_of_persons.team_id
            order by units.day
            rows between unbounded preceding and current row
        ) as through_day
    from units
    inner join teams_of_persons on units.person_id = teams_of_persons.person_id
    left join shares
        on
            units.person_id = shares.person_id
            and teams_of_persons.team_id = shares.team_id
            and units.day = shares.day

)

select * from summed
