{#- What each night knew of a node, as far as it changed, and what this run knows. -#}

with

known as (

    select
        node_id,
        status,
        due_on,
        as_of
    from {{ source('run', 'remembered_nodes') }}
    where not is_gone

    union all

    select
        nodes.node_id,
        nodes.status,
        nodes.due_on,
        run_day.as_of
    from {{ ref('stg_strategy__nodes') }} as nodes
    cross join {{ ref('stg_strategy__run_day') }} as run_day

),

nodes_as_known as (

    select
        node_id,
        coalesce(status, 'active') as status,
        due_on,
        as_of
    from known

)

select * from nodes_as_known
