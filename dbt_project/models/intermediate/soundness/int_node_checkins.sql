{#- Whether each node is spoken of as often as it should be: at least once in every cadence, the
    shortest that its measures state, else 30 days. What was said on the day of the run or later
    is not known yet. -#}

with

nodes as (

    select
        nodes.node_id,
        lower(trim(nodes.owner)) as owner,
        coalesce(min(measures.cadence_days), 30) as cadence_days
    from {{ ref('stg_strategy__nodes') }} as nodes
    left join {{ ref('stg_strategy__measures') }} as measures on nodes.node_id = measures.node_id
    group by nodes.node_id, nodes.owner

),

checkins as (

    select
        checkins.node_id,
        checkins.day,
        lower(trim(checkins.author)) as author,
        {{ dbt.datediff(
            'lag(checkins.day) over (partition by checkins.node_id order by checkins.day)',
            'checkins.day',
            'day'
        ) }} as days_since_last
    from {{ ref('stg_strategy__checkins') }} as checkins
    inner join {{ ref('stg_strategy__run_day') }} as run_day on checkins.day < run_day.as_of

),

told as (

    select
        nodes.node_id,
        nodes.cadence_days,
        count(checkins.day) as checkins,
        max(checkins.day) as last_checkin_on,
        max(checkins.days_since_last) as longest_gap_days,
        max(case when checkins.author = nodes.owner then checkins.day end) as owner_checked_in_on
    from nodes
    left join checkins on nodes.node_id = checkins.node_id
    group by nodes.node_id, nodes.cadence_days

),

dated as (

    select
        told.*,
        {{ dbt.datediff('told.last_checkin_on', 'run_day.as_of', 'day') }} as days_since,
        {{ dbt.datediff('told.owner_checked_in_on', 'run_day.as_of', 'day') }} as days_since_owner
    from told
    cross join {{ ref('stg_strategy__run_day') }} as run_day

),

judged as (

    select
        node_id,
        cadence_days,
        checkins,
        last_checkin_on,
        coalesce(days_since <= cadence_days, false)
        and coalesce(longest_gap_days, 0) <= cadence_days as is_on_time,
        coalesce(days_since <= cadence_days, false) as has_checkin_within_cadence,
        coalesce(days_since_owner <= cadence_days, false) as owner_checked_in
    from dated

)

select * from judged
