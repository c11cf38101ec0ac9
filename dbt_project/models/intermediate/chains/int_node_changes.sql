{#- Every day on which it changes what effort on some node counts as, or which nodes it reaches. -#}

with

periods as (

    select
        period_from,
        period_to
    from {{ ref('int_node_allocations') }}
    union
    select
        period_from,
        period_to
    from {{ ref('int_node_ancestors') }}

),

days as (

    select period_from as day from periods
    union
    select period_to as day from periods

),

node_changes as (

    select day
    from days
    where day > {{ first_day() }} and day < {{ last_day() }}

)

select * from node_changes
