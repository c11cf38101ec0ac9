{#- Each strategy node as it stands on the last day of the run. -#}

with

run_day as (

    select {{ add_days('as_of', -1) }} as last_day from {{ ref('stg_strategy__run_day') }}

),

nodes as (

    select
        node_id,
        kind,
        title,
        owner,
        team_id,
        coalesce(status, 'active') as status
    from {{ ref('stg_strategy__nodes') }}

),

validity as (

    select
        int_node_validity.node_id,
        int_node_validity.anchor_direction,
        coalesce(
            run_day.last_day >= int_node_validity.period_from
            and run_day.last_day < int_node_validity.period_to,
            false
        ) as is_valid
    from {{ ref('int_node_validity') }} as int_node_validity
    cross join run_day

),

described as (

    select
        nodes.node_id,
        nodes.kind,
        nodes.title,
        nodes.owner,
        nodes.team_id,
        nodes.status,
        validity.anchor_direction,
        grades.grade,
        grades.broken_at_node_id,
        nodes.kind in ('goal', 'objective', 'key_result', 'result') as is_result,
        validity.is_valid,
        validity.is_valid and nodes.status = 'active' as is_active
    from nodes
    inner join validity on nodes.node_id = validity.node_id
    left join {{ ref('int_node_grades') }} as grades on nodes.node_id = grades.node_id

)

select * from described
