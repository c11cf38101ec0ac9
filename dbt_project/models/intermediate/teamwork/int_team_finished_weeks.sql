{#- The whole ISO weeks in range in which an item was finished that is linked to a known node and on
    which the team had effort, seen or imputed. -#}

with

settings as (

    select time_zone from {{ source('home', 'settings') }}

),

whole_weeks as (

    select iso_week
    from {{ ref('int_slices') }}
    group by iso_week
    having count(*) = 7

),

items_of_teams as (

    select
        team_id,
        work_item_id
    from {{ ref('int_team_items') }}
    where is_linked

    union distinct

    select
        team_id,
        work_item_id
    from {{ ref('int_imputed_allocation') }}
    where node_id <> '(none)'

),

completed as (

    select
        int_work_item_states.work_item_id,
        {{ period_start(
            'week', local_day('int_work_item_states.completed_at', 'settings.time_zone')
        ) }} as iso_week
    from {{ ref('int_work_item_states') }} as int_work_item_states
    cross join settings
    where int_work_item_states.completed_at is not null

),

finished as (

    select distinct
        items_of_teams.team_id,
        completed.iso_week
    from completed
    inner join whole_weeks on completed.iso_week = whole_weeks.iso_week
    inner join items_of_teams on completed.work_item_id = items_of_teams.work_item_id

)

select * from finished
