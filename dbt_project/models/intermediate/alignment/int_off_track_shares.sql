{#- What part of the effort seen went to a node in the 30 days before it went off track, and in
    the 30 days from then on, everything that rolls up to it included. Slices are cut at these days. -#}

with

starts as (

    select
        node_id,
        started_on,
        {{ add_days('started_on', -30) }} as before_from,
        {{ add_days('started_on', 30) }} as after_to
    from {{ ref('int_off_track_starts') }}

),

seen as (

    select
        slice_start,
        {{ exact_sum('person_days') }} as person_days
    from {{ ref('int_allocation') }}
    where bucket <> 'unobserved'
    group by slice_start

),

in_windows as (

    select
        starts.node_id,
        starts.started_on,
        seen.slice_start >= starts.started_on as is_after,
        seen.person_days,
        coalesce(node_effort.rolled_up, 0.0) as rolled_up
    from starts
    inner join seen
        on seen.slice_start >= starts.before_from and seen.slice_start < starts.after_to
    left join {{ ref('int_node_effort') }} as node_effort
        on starts.node_id = node_effort.node_id and seen.slice_start = node_effort.slice_start

),

added_up as (

    select
        node_id,
        started_on,
        {{ exact_sum('case when is_after then 0 else rolled_up end') }} as days_before,
        {{ exact_sum('case when is_after then 0 else person_days end') }} as seen_before,
        {{ exact_sum('case when is_after then rolled_up else 0 end') }} as days_after,
        {{ exact_sum('case when is_after then person_days else 0 end') }} as seen_after
    from in_windows
    group by node_id, started_on

),

off_track_shares as (

    select
        node_id,
        started_on,
        days_before / nullif(seen_before, 0) as share_before,
        days_after / nullif(seen_after, 0) as share_after
    from added_up

)

select * from off_track_shares
