{#- Where alignment is shown that is none: goals repeated in small, teams mapped as a whole,
    links written by the dozen. -#}

with

mini_mes as (

    select
        'mini-me goal' as finding,
        node_id as subject_id,
        upper_node_id as related_id,
        title as subject_title,
        upper_title as related_title,
        similarity,
        has_same_measure
    from {{ ref('int_mini_me_goals') }}

),

mass_linkings as (

    select
        'mass linking' as finding,
        actor as subject_id,
        cast(started_at as varchar) as related_id,
        links,
        started_at,
        ended_at
    from {{ ref('int_mass_linkings') }}

),

blankets as (

    select
        'blanket mapping' as finding,
        mappings.team_id as subject_id,
        '(none)' as related_id,
        teams.name as subject_title,
        mappings.loose_days,
        mappings.outcome_days
    from {{ ref('int_blanket_mappings') }} as mappings
    inner join {{ ref('dim_team') }} as teams on mappings.team_id = teams.team_id

),

findings as (

    select
        finding,
        subject_id,
        related_id,
        subject_title,
        related_title,
        similarity,
        has_same_measure,
        cast(null as double) as loose_days,
        cast(null as double) as outcome_days,
        cast(null as bigint) as links,
        cast(null as timestamp) as started_at,
        cast(null as timestamp) as ended_at
    from mini_mes

    union all

    select
        finding,
        subject_id,
        related_id,
        subject_title,
        cast(null as varchar) as related_title,
        cast(null as double) as similarity,
        cast(null as boolean) as has_same_measure,
        loose_days,
        outcome_days,
        cast(null as bigint) as links,
        cast(null as timestamp) as started_at,
        cast(null as timestamp) as ended_at
    from blankets

    union all

    select
        finding,
        subject_id,
        related_id,
        cast(null as varchar) as subject_title,
        cast(null as varchar) as related_title,
        cast(null as double) as similarity,
        cast(null as boolean) as has_same_measure,
        cast(null as double) as loose_days,
        cast(null as double) as outcome_days,
        links,
        started_at,
        ended_at
    from mass_linkings

),

false_alignment as (

    select
        finding,
        subject_id,
        related_id,
        subject_title,
        related_title,
        similarity,
        has_same_measure,
        loose_days,
        outcome_days,
        loose_days / outcome_days as loose_share,
        links,
        started_at,
        ended_at
    from findings

)

select * from false_alignment
