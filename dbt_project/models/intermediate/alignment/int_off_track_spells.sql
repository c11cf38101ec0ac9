{#- Whether anybody answered when a node went off track: within 30 days a decision that names it, a
    changed status, or a share of the effort seen that moved by five points or more. A spell of less
    than 30 days may still be answered. -#}

with

starts as (

    select
        starts.node_id,
        starts.started_on,
        {{ add_days('starts.started_on', 30) }} as answered_by_day,
        {{ add_days('starts.started_on', 30) }} <= run_day.as_of as is_over
    from {{ ref('int_off_track_starts') }} as starts
    cross join {{ ref('stg_strategy__run_day') }} as run_day

),

answers as (

    select
        starts.node_id,
        starts.started_on,
        'decision' as answered_by
    from starts
    inner join {{ ref('stg_strategy__decisions') }} as decisions
        on
            starts.node_id = decisions.node_id
            and decisions.day >= starts.started_on
            and decisions.day <= starts.answered_by_day
    inner join {{ ref('stg_strategy__run_day') }} as run_day on decisions.day < run_day.as_of

    union all

    select
        starts.node_id,
        starts.started_on,
        'status' as answered_by
    from starts
    inner join {{ ref('int_status_changes_of_nodes') }} as changes
        on
            starts.node_id = changes.node_id
            and changes.found_on > starts.started_on
            and changes.found_on <= starts.answered_by_day

    union all

    select
        starts.node_id,
        starts.started_on,
        'effort' as answered_by
    from starts
    inner join {{ ref('int_off_track_shares') }} as shares
        on starts.node_id = shares.node_id and starts.started_on = shares.started_on
    where starts.is_over and abs(shares.share_after - shares.share_before) >= 0.05 - 1e-9

),

first_answers as (

    select
        node_id,
        started_on,
        min(answered_by) as answered_by
    from answers
    group by node_id, started_on

),

judged as (

    select
        starts.node_id,
        starts.started_on,
        first_answers.answered_by is not null as is_answered,
        first_answers.answered_by
    from starts
    left join first_answers
        on
            starts.node_id = first_answers.node_id
            and starts.started_on = first_answers.started_on
    where starts.is_over or first_answers.answered_by is not null

)

select * from judged
