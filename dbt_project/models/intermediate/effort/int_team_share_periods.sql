{#- How a person's days are split over teams, per period in which the memberships stay the same: in
    proportion to their capacity, equally where all are 0, and all to `(unassigned)` without any.
    Periods cover every day of the run; both ends included. -#}

with

people_at_work as (

    select person_id from {{ ref('int_people_at_work') }}

),

run_days as (

    select
        min(day) as first_day,
        max(day) as last_day
    from {{ ref('int_slices') }}

),

memberships as (

    select
        memberships.person_id,
        memberships.team_id,
        memberships.capacity,
        greatest(coalesce(memberships.from_on, run_days.first_day), run_days.first_day)
            as from_on,
        least(coalesce(memberships.to_on, run_days.last_day), run_days.last_day) as to_on
    from {{ source('home', 'memberships') }} as memberships
    cross join run_days

),

starts as (

    select
        people_at_work.person_id,
        run_days.first_day as start_on
    from people_at_work
    cross join run_days
    union
    select
        person_id,
        from_on as start_on
    from memberships
    where from_on <= to_on
    union
    select
        memberships.person_id,
        {{ add_days('memberships.to_on', 1) }} as start_on
    from memberships
    inner join run_days on memberships.to_on < run_days.last_day
    where memberships.from_on <= memberships.to_on

),

periods as (

    select
        starts.person_id,
        starts.start_on as from_on,
        coalesce(
            {{ add_days(
                'lead(starts.start_on) over ('
                ~ 'partition by starts.person_id order by starts.start_on)', -1
            ) }},
            run_days.last_day
        ) as to_on
    from starts
    cross join run_days

),

valid_in_period as (

    select
        periods.person_id,
        periods.from_on,
        periods.to_on,
        coalesce(memberships.team_id, '(unassigned)') as team_id,
        {{ exact_sum('coalesce(memberships.capacity, 0.0)') }} as capacity
    from periods
    left join memberships
        on
            periods.person_id = memberships.person_id
            and periods.from_on between memberships.from_on and memberships.to_on
    group by
        periods.person_id,
        periods.from_on,
        periods.to_on,
        coalesce(memberships.team_id, '(unassigned)')

),

team_share_periods as (

    select
        person_id,
        from_on,
        to_on,
        team_id,
        case
            when sum(capacity) over teams_of_period > 0
                then capacity / sum(capacity) over teams_of_period
            else 1.0 / count(*) over teams_of_period
        end as team_share
    from valid_in_period
    window
        teams_of_period as (
            partition by person_id, from_on
            order by team_id
            rows between unbounded preceding and unbounded following
        )

)

select * from team_share_periods
