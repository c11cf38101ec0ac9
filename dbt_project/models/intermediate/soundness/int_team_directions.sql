{#- Which direction most of each published team's traced effort of the last 56 days took; of equal
    parts the first of strategy, teams, purpose. -#}

with

windows as (

    select window_start from {{ ref('int_window_starts') }}
    where window_days = 56

),

traced as (

    select
        allocation.team_id,
        allocation.direction,
        {{ exact_sum('allocation.person_days') }} as person_days
    from {{ ref('int_allocation') }} as allocation
    inner join windows on allocation.slice_start >= windows.window_start
    where allocation.bucket in ('outcome', 'enabling', 'purpose')
    group by allocation.team_id, allocation.direction

),

ranked as (

    select
        team_id,
        direction,
        person_days,
        {{ exact_sum('person_days', over='partition by team_id') }} as traced_days,
        row_number() over (
            partition by team_id
            order by
                person_days desc,
                case direction when 'strategy' then 1 when 'teams' then 2 else 3 end
        ) as place
    from traced
    where person_days > 0

),

published as (

    select
        ranked.team_id,
        ranked.direction as observed_direction,
        ranked.person_days as observed_direction_days,
        ranked.traced_days
    from ranked
    inner join {{ ref('int_team_folds') }} as folds
        on
            ranked.team_id = folds.team_id
            and folds.period_type = 'all'
            and ranked.team_id = folds.published_team_id
    where ranked.place = 1

)

select * from published
