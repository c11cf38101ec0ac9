{#- When the status of a node was found changed: by the nights that are remembered, and by this
    run. -#}

with

compared as (

    select
        node_id,
        as_of,
        status,
        lag(status) over (partition by node_id order by as_of) as last_status
    from {{ ref('int_nodes_as_known') }}

),

status_changes_of_nodes as (

    select
        node_id,
        as_of as found_on
    from compared
    where last_status is not null and status <> last_status

)

select * from status_changes_of_nodes
