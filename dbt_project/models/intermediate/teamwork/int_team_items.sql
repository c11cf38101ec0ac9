{#- The work items on which each team had effort, with the quarter of that effort and whether it was
    linked to a known node. -#}

with

effort as (

    select
        team_id,
        work_item_id,
        node_id,
        slice_start as day
    from {{ ref('int_allocation') }}
    where work_item_id <> '(none)' and person_days > 0

),

by_quarter as (

    select
        {{ period_start('quarter', 'day') }} as period_start,
        team_id,
        work_item_id,
        bool_or(node_id <> '(none)') as is_linked
    from effort
    group by {{ period_start('quarter', 'day') }}, team_id, work_item_id

)

select * from by_quarter
