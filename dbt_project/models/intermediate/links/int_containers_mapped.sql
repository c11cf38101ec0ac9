{#- The containers that the user mapped to a node, by name, key, id or short link. -#}

with

mappings as (

    select
        source,
        kind,
        lower(trim(container_name)) as name_or_id,
        node_id
    from {{ ref('stg_strategy__container_mappings') }}

),

containers as (

    select
        container_id,
        source,
        kind,
        name,
        native_id,
        key,
        short_link
    from {{ ref('int_containers_unioned') }}

),

nodes as (

    select
        node_id,
        upper({{ plain_text('node_id') }}) as identifier
    from {{ ref('stg_strategy__nodes') }}

),

mapped as (

    select distinct
        containers.container_id,
        containers.kind,
        containers.name,
        upper({{ plain_text('mappings.node_id') }}) as identifier,
        case
            when containers.kind in ('list', 'section') then 1
            when containers.kind = 'sprint' then 2
            when containers.kind in ('board', 'project') then 3
            else 4
        end as container_rank
    from mappings
    inner join containers
        on
            mappings.source = containers.source
            and mappings.kind = containers.kind
            and mappings.name_or_id in (
                lower(trim(containers.name)),
                lower(containers.native_id),
                lower(containers.key),
                lower(containers.short_link)
            )

),

with_their_node as (

    select
        mapped.container_id,
        mapped.kind,
        mapped.name,
        mapped.container_rank,
        mapped.identifier,
        nodes.node_id
    from mapped
    left join nodes on mapped.identifier = nodes.identifier

)

select * from with_their_node
