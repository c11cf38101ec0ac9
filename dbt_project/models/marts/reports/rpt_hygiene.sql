{#- How well each strategy node is kept: what is written of it and how often it is spoken of. -#}

with

nodes as (

    select
        node_id,
        kind,
        title,
        coalesce(team_id, '(none)') as team_id,
        grade as chain_grade,
        is_result,
        is_active
    from {{ ref('int_nodes_today') }}

),

measures as (

    select
        node_id,
        count(*) as measures,
        count(case when kind = 'outcome' then measure_id end) as outcome_measures,
        coalesce(bool_or(timing = 'leading'), false) as has_leading_measure,
        coalesce(bool_or(timing = 'lagging'), false) as has_lagging_measure
    from {{ ref('stg_strategy__measures') }}
    group by node_id

),

described as (

    select
        nodes.*,
        coalesce(measures.measures, 0) as measures,
        coalesce(measures.outcome_measures, 0) as outcome_measures,
        coalesce(measures.has_leading_measure, false) as has_leading_measure,
        coalesce(measures.has_lagging_measure, false) as has_lagging_measure,
        scores.states_what,
        scores.has_complete_measure,
        scores.has_one_owner,
        scores.playbook_score,
        checkins.cadence_days,
        checkins.checkins,
        checkins.last_checkin_on,
        checkins.is_on_time as keeps_cadence
    from nodes
    inner join {{ ref('int_playbook_scores') }} as scores on nodes.node_id = scores.node_id
    inner join {{ ref('int_node_checkins') }} as checkins on nodes.node_id = checkins.node_id
    left join measures on nodes.node_id = measures.node_id

),

judged as (

    select
        *,
        -- what a result has to show, an output has not: it is done or it is not
        concat_ws(
            '; ',
            case when not has_one_owner then 'not exactly one owner' end,
            case when not states_what then 'the title does not state what' end,
            case when is_result and outcome_measures = 0 then 'no outcome measure' end,
            case when is_result and not has_complete_measure then 'no complete measure' end,
            case when is_result and not has_leading_measure then 'no leading measure' end,
            case when is_result and not has_lagging_measure then 'no lagging measure' end,
            case when checkins = 0 then 'no check-in' end,
            case when checkins > 0 and not keeps_cadence then 'check-ins late' end,
            case when chain_grade = 'D' then 'leads to no anchor' end
        ) as findings
    from described

),

hygiene as (

    select
        node_id,
        kind,
        title,
        team_id,
        is_active,
        has_one_owner,
        states_what,
        has_complete_measure,
        playbook_score,
        measures,
        outcome_measures,
        has_leading_measure,
        has_lagging_measure,
        cadence_days,
        checkins,
        last_checkin_on,
        keeps_cadence,
        chain_grade,
        nullif(findings, '') as findings
    from judged

)

select * from hygiene
