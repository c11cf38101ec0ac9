{#- Effort of each strategy node by slice: its own, what rolls up to it by weight, what it is
    exposed to. -#}

with

direct_effort as (

    select
        node_id,
        slice_start,
        {{ exact_sum('person_days') }} as person_days
    from {{ ref('int_allocation') }}
    where node_id <> '(none)'
    group by node_id, slice_start

),

ancestors as (

    select
        node_id,
        ancestor_id,
        period_from,
        period_to,
        weight
    from {{ ref('int_node_ancestors') }}

),

direct_and_from_below as (

    select
        node_id,
        slice_start,
        person_days as direct,
        cast(0 as double) as rolled_up,
        cast(0 as double) as exposed
    from direct_effort

    union all

    select
        ancestors.ancestor_id as node_id,
        direct_effort.slice_start,
        cast(0 as double) as direct,
        direct_effort.person_days * ancestors.weight as rolled_up,
        direct_effort.person_days as exposed
    from direct_effort
    inner join ancestors
        on
            direct_effort.node_id = ancestors.node_id
            and direct_effort.slice_start >= ancestors.period_from
            and direct_effort.slice_start < ancestors.period_to

),

added_up as (

    select
        node_id,
        slice_start,
        {{ exact_sum('direct') }} as direct,
        {{ exact_sum('rolled_up') }} as rolled_up,
        {{ exact_sum('exposed') }} as exposed
    from direct_and_from_below
    group by node_id, slice_start

)

select * from added_up
