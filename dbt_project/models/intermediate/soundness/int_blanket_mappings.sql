{#- Published teams four fifths of whose outcome effort is tied to outcomes by a mapping or a
    description alone, not by anything that was written for the item itself. -#}

with

outcome_effort as (

    select
        team_id,
        strength,
        {{ exact_sum('person_days') }} as person_days
    from {{ ref('int_allocation') }}
    where bucket = 'outcome'
    group by team_id, strength

),

by_published_team as (

    select
        folds.published_team_id as team_id,
        {{ exact_sum('outcome_effort.person_days') }} as outcome_days,
        {{ exact_sum(
            "case when outcome_effort.strength = 'loose' then outcome_effort.person_days else 0 end"
        ) }} as loose_days
    from outcome_effort
    inner join {{ ref('int_team_folds') }} as folds
        on outcome_effort.team_id = folds.team_id and folds.period_type = 'all'
    group by folds.published_team_id

),

blanket_mappings as (

    select
        team_id,
        outcome_days,
        loose_days
    from by_published_team
    where outcome_days > 0 and loose_days >= 0.8 * outcome_days - 1e-9

)

select * from blanket_mappings
