{#- The name under which a team's figures of a period are published.
    Teams with too few members with capacity share one name, and take in the next smallest
    team until together they are enough. -#}

with

settings as (

    select minimum_group from {{ source('home', 'settings') }}

),

members as (

    select
        period_type,
        period_start,
        team_id,
        person_id
    from {{ ref('int_team_members') }}

),

sizes as (

    select
        period_type,
        period_start,
        team_id,
        count(person_id) as people,
        row_number() over (
            partition by period_type, period_start
            order by count(person_id), team_id
        ) as size_rank
    from members
    group by period_type, period_start, team_id

),

newcomers as (

    -- A person in two teams counts once: with the smaller one, which is folded first
    select
        period_type,
        period_start,
        size_rank,
        count(*) as people
    from (
        select
            members.period_type,
            members.period_start,
            members.person_id,
            min(sizes.size_rank) as size_rank
        from members
        inner join sizes
            on
                members.period_type = sizes.period_type
                and members.period_start = sizes.period_start
                and members.team_id = sizes.team_id
        where members.person_id is not null
        group by members.period_type, members.period_start, members.person_id
    ) as first_teams
    group by period_type, period_start, size_rank

),

sizes_in_order as (

    select
        sizes.period_type,
        sizes.period_start,
        sizes.team_id,
        sizes.people,
        min(sizes.people) over (
            partition by sizes.period_type, sizes.period_start
        ) as people_of_smallest,
        coalesce(sum(newcomers.people) over (
            partition by sizes.period_type, sizes.period_start
            order by sizes.size_rank
            rows between unbounded preceding and 1 preceding
        ), 0) as people_of_smaller_teams
    from sizes
    left join newcomers
        on
            sizes.period_type = newcomers.period_type
            and sizes.period_start = newcomers.period_start
            and sizes.size_rank = newcomers.size_rank

),

published as (

    select
        sizes_in_order.period_type,
        sizes_in_order.period_start,
        sizes_in_order.team_id,
        case
            when settings.minimum_group <= 1 then sizes_in_order.team_id
            when sizes_in_order.people_of_smallest >= settings.minimum_group
                then sizes_in_order.team_id
            when sizes_in_order.people < settings.minimum_group then '(small teams)'
            when sizes_in_order.people_of_smaller_teams < settings.minimum_group
                then '(small teams)'
            else sizes_in_order.team_id
        end as published_team_id
    from sizes_in_order
    cross join settings

)

select * from published
