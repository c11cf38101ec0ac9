{#- How often each node's due date was put off, as the nights remember it, and from when. -#}

with

compared as (

    select
        node_id,
        due_on,
        lag(due_on) over (partition by node_id order by as_of) as last_due_on,
        first_value(due_on) over (
            partition by node_id
            order by as_of
            rows between unbounded preceding and current row
        ) as first_due_on
    from {{ ref('int_nodes_as_known') }}
    where due_on is not null

),

due_slips as (

    select
        node_id,
        any_value(first_due_on) as first_due_on,
        count(case when due_on > last_due_on then node_id end) as slips
    from compared
    group by node_id

)

select * from due_slips
