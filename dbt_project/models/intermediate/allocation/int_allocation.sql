{#- Every person-day in exactly one of the eight buckets: effort, times the weight of the link,
    times the parts in which its node counts on that day. -#}

with

linked as (

    select
        person_id,
        team_id,
        work_item_id,
        node_id,
        strength,
        basis,
        slice_start,
        person_days
    from {{ ref('int_effort_linked') }}

),

node_allocations as (

    select
        node_id,
        bucket,
        direction,
        weight,
        period_from,
        period_to
    from {{ ref('int_node_allocations') }}

),

allocated as (

    select
        linked.person_id,
        linked.team_id,
        coalesce(linked.work_item_id, '(none)') as work_item_id,
        coalesce(linked.node_id, '(none)') as node_id,
        {{ bucket_of('linked.basis', 'linked.strength', 'node_allocations.bucket') }} as bucket,
        coalesce(node_allocations.direction, '(none)') as direction,
        linked.strength,
        linked.basis,
        linked.slice_start,
        linked.person_days * coalesce(node_allocations.weight, 1) as person_days
    from linked
    left join node_allocations
        on
            linked.node_id = node_allocations.node_id
            and linked.slice_start >= node_allocations.period_from
            and linked.slice_start < node_allocations.period_to

),

added_up as (

    select
        person_id,
        team_id,
        work_item_id,
        node_id,
        bucket,
        direction,
        strength,
        basis,
        slice_start,
        {{ exact_sum('person_days') }} as person_days
    from allocated
    group by
        person_id, team_id, work_item_id, node_id, bucket, direction, strength, basis, slice_start

)

select * from added_up
