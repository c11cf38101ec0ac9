{#- The ISO weeks in which a person who is in no team shows in the trackers by own changes or time
    logs. Comments do not count. -#}

with

persons as (

    select
        person_id,
        time_zone
    from {{ ref('int_persons') }}
    where not is_in_team

),

activities as (

    select
        person_id,
        happened_at
    from {{ ref('int_activities') }}
    where kind in ('change', 'time_log')

),

weeks as (

    select distinct
        persons.person_id,
        cast(
            date_trunc('week', {{ local_day('activities.happened_at', 'persons.time_zone') }})
            as date
        ) as iso_week
    from activities
    inner join persons on activities.person_id = persons.person_id

)

select * from weeks
