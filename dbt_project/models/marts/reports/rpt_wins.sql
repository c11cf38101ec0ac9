{#- What is worth celebrating in each month, by published team. -#}

with

names as (

    select
        period_start,
        team_id,
        published_team_id
    from {{ ref('int_published_names') }}
    where period_type = 'month'

),

months as (

    select
        period_start,
        published_team_id
    from names
    group by period_start, published_team_id

),

weeks as (

    -- Whole weeks in range, in the month of their Monday
    select
        {{ period_start('month', 'iso_week') }} as period_start,
        count(*) as weeks
    from (
        select iso_week
        from {{ ref('int_slices') }}
        group by iso_week
        having count(*) = 7
    ) as whole_weeks
    group by {{ period_start('month', 'iso_week') }}

),

wins as (

    select
        int_wins.period_start,
        names.published_team_id,
        count(distinct case when int_wins.kind = 'milestone' then int_wins.win_id end)
            as milestones_reached,
        count(distinct case when int_wins.kind = 'improvement' then int_wins.win_id end)
            as results_improved,
        count(distinct case when int_wins.kind = 'week' then int_wins.win_id end)
            as weeks_with_a_finish
    from {{ ref('int_wins') }} as int_wins
    inner join names
        on int_wins.period_start = names.period_start and int_wins.team_id = names.team_id
    group by int_wins.period_start, names.published_team_id

),

of_no_team as (

    -- What no team of the month answers for counts for all of them together
    select
        int_wins.period_start,
        count(distinct case when int_wins.kind = 'milestone' then int_wins.win_id end)
            as milestones_reached,
        count(distinct case when int_wins.kind = 'improvement' then int_wins.win_id end)
            as results_improved
    from {{ ref('int_wins') }} as int_wins
    left join names
        on int_wins.period_start = names.period_start and int_wins.team_id = names.team_id
    where names.team_id is null
    group by int_wins.period_start

),

described as (

    select
        months.published_team_id as team_id,
        months.period_start,
        coalesce(wins.milestones_reached, 0) + coalesce(of_no_team.milestones_reached, 0)
            as milestones_reached,
        coalesce(wins.results_improved, 0) + coalesce(of_no_team.results_improved, 0)
            as results_improved,
        coalesce(wins.weeks_with_a_finish, 0) as weeks_with_a_finish,
        coalesce(weeks.weeks, 0) as weeks,
        coalesce(wins.weeks_with_a_finish, 0) * 1.0 / weeks.weeks as weekly_finish_share,
        case when weeks.weeks is null then 'no whole week' end as reason
    from months
    left join wins
        on
            months.period_start = wins.period_start
            and months.published_team_id = wins.published_team_id
    left join of_no_team
        on months.period_start = of_no_team.period_start and months.published_team_id = '(all)'
    left join weeks on months.period_start = weeks.period_start

)

select * from described
