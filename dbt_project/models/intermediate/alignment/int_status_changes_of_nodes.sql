{#- When the status of a node was found changed: by the nights that are remembered, and by this
    run. -#}

with

known as (

    select
        node_id,
        coalesce(status, 'active') as status,
        as_of
    from {{ source('run', 'remembered_nodes') }}
    where not is_gone

    union all

    select
        nodes.node_id,
        nodes.status,
        run_day.as_of
    from {{ ref('int_nodes_today') }} as nodes
    cross join {{ ref('stg_strategy__run_day') }} as run_day

),

compared as (

    select
        node_id,
        as_of,
        status,
        lag(status) over (partition by node_id order by as_of) as last_status
    from known

)

select
    node_id,
    as_of as found_on
from compared
where last_status is not null and status <> last_status
