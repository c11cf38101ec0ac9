{#- Who works on each goal: how many teams, of how many functions, and how far one function
    does it alone. -#}

with

by_function as (

    select
        node_id,
        team_function,
        {{ exact_sum('person_days') }} as person_days
    from {{ ref('int_goal_teams') }}
    group by node_id, team_function

),

shares as (

    select
        node_id,
        team_function,
        person_days,
        person_days / sum(person_days) over (partition by node_id) as share,
        row_number() over (
            partition by node_id
            order by person_days desc, team_function asc
        ) as place
    from by_function
    where person_days > 0

),

functions as (

    select
        node_id,
        count(*) as functions,
        sum(share * share) as silo_index,
        max(case when place = 1 then team_function end) as first_function,
        max(case when place = 1 then person_days end) as first_function_days
    from shares
    group by node_id

),

teams as (

    select
        node_id,
        count(*) as teams,
        {{ exact_sum('person_days') }} as person_days
    from {{ ref('int_goal_teams') }}
    group by node_id

),

described as (

    select
        nodes.node_id,
        nodes.kind,
        nodes.title,
        coalesce(teams.teams, 0) as teams,
        coalesce(functions.functions, 0) as functions,
        coalesce(teams.person_days, 0.0) as person_days,
        functions.silo_index,
        functions.first_function,
        functions.first_function_days,
        case when functions.node_id is null then 'no effort' end as reason
    from {{ ref('int_nodes_today') }} as nodes
    left join teams on nodes.node_id = teams.node_id
    left join functions on nodes.node_id = functions.node_id
    where nodes.anchor_direction is not null and nodes.is_valid

)

select * from described
