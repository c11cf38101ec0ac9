{#- How every person-day of a person is split over teams on each day of the run. -#}

with

days as (

    select
        day,
        iso_week
    from {{ ref('int_slices') }}

),

every_day as (

    select
        periods.person_id,
        periods.team_id,
        days.day,
        days.iso_week,
        periods.team_share
    from {{ ref('int_team_share_periods') }} as periods
    inner join days on days.day between periods.from_on and periods.to_on

)

select * from every_day
