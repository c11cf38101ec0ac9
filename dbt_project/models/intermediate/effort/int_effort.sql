{#- Every person-day, once: per person, team, item or manually allocated node, basis and slice. -#}

with

by_day as (

    select
        person_id,
        '(none)' as work_item_id,
        node_id,
        'manual' as basis,
        day,
        person_days
    from {{ ref('int_manual_effort_days') }}
    union all
    select
        person_id,
        work_item_id,
        cast(null as text) as node_id,
        'logged' as basis,
        day,
        person_days
    from {{ ref('int_logged_effort_days') }}
    union all
    select
        person_id,
        work_item_id,
        cast(null as text) as node_id,
        'status' as basis,
        day,
        person_days
    from {{ ref('int_status_effort_of_parts') }}
    union all
    select
        person_id,
        work_item_id,
        cast(null as text) as node_id,
        'finished' as basis,
        day,
        person_days
    from {{ ref('int_finished_effort_days') }}
    union all
    select
        person_id,
        '(none)' as work_item_id,
        cast(null as text) as node_id,
        'unobserved' as basis,
        day,
        person_days
    from {{ ref('int_unobserved_effort_days') }}

),

slices as (

    select
        day,
        slice_start
    from {{ ref('int_slices') }}

),

split_over_teams as (

    select
        by_day.person_id,
        int_team_shares.team_id,
        by_day.work_item_id,
        by_day.node_id,
        by_day.basis,
        slices.slice_start,
        by_day.person_days * int_team_shares.team_share as person_days
    from by_day
    inner join {{ ref('int_team_shares') }} as int_team_shares
        on by_day.person_id = int_team_shares.person_id and by_day.day = int_team_shares.day
    inner join slices on by_day.day = slices.day
    where int_team_shares.team_share > 0
    union all
    select
        person_id,
        team_id,
        work_item_id,
        cast(null as text) as node_id,
        'status' as basis,
        slice_start,
        person_days
    from {{ ref('int_status_effort_of_runs') }}

),

effort as (

    select
        person_id,
        team_id,
        work_item_id,
        node_id,
        basis,
        slice_start,
        {{ exact_sum('person_days') }} as person_days
    from split_over_teams
    group by person_id, team_id, work_item_id, node_id, basis, slice_start

)

select * from effort
