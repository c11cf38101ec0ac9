{#- Teams as declared, and the names that figures carry where no single team is shown. -#}

with

teams as (

    select
        team_id,
        name,
        function,
        direction
    from {{ source('home', 'teams') }}

),

collective as (

    select
        '(all)' as team_id,
        'All teams' as name

    union all

    select
        '(none)' as team_id,
        'No team' as name

    union all

    select
        '(small teams)' as team_id,
        'Small teams together' as name

    union all

    select
        '(unassigned)' as team_id,
        'People in no team' as name

),

teams_and_collective as (

    select
        team_id,
        name,
        function,
        direction
    from teams

    union all

    select
        team_id,
        name,
        cast(null as varchar) as function,
        cast(null as varchar) as direction
    from collective

)

select * from teams_and_collective
