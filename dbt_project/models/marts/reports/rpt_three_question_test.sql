{#- The three questions to each team: where does its work lead, why should it, and does it?
    The first that is not answered clearly is where to start. -#}

with

teams as (

    select
        anchors.team_id,
        anchors.team_name,
        anchors.declared_direction,
        anchors.has_anchor,
        coalesce(results.results, 0) as results,
        coalesce(results.reasoned_results, 0) as reasoned_results,
        coalesce(results.result_days, 0.0) as result_days,
        coalesce(results.reasoned_days, 0.0) as reasoned_days,
        coalesce(results.chain_results, 0) as chain_results,
        coalesce(results.evidenced_results, 0) as evidenced_results
    from {{ ref('int_team_anchors') }} as anchors
    left join {{ ref('int_team_results') }} as results on anchors.team_id = results.team_id

),

shares as (

    select
        *,
        case
            when result_days > 0 then reasoned_days / result_days
            when results > 0 then reasoned_results / results
        end as reasoned_share,
        case when chain_results > 0 then evidenced_results / chain_results end as evidenced_share
    from teams

),

answered as (

    -- The last digits of a share must not decide at exactly 0.8
    select
        *,
        case
            when declared_direction is null then 'no direction is declared'
            when not has_anchor and declared_direction = 'strategy' then 'there is no valid goal'
            when not has_anchor and declared_direction = 'purpose' then 'there is no valid purpose'
            when not has_anchor then 'no anchored node of the team enables another'
        end as direction_reason,
        case
            when results = 0 then 'the team has no valid result'
            when reasoned_share < 0.8 - 1e-9 then 'chains are broken or lack reasons'
        end as chain_reason,
        case
            when chain_results = 0 then 'no chain has every reason'
            when evidenced_share < 0.8 - 1e-9 then 'results are not measured, or not lately'
        end as evidence_reason
    from shares

),

with_direction as (

    select
        answered.*,
        directions.observed_direction,
        directions.observed_direction_days,
        directions.traced_days as recent_traced_days,
        case when directions.team_id is null then 'no traced effort of its own to show' end
            as observed_reason
    from answered
    left join {{ ref('int_team_directions') }} as directions
        on answered.team_id = directions.team_id

),

three_question_test as (

    select
        team_id,
        team_name,
        declared_direction,
        observed_direction,
        observed_direction_days,
        recent_traced_days,
        observed_reason,
        case when direction_reason is null then 'yes' else 'not_clearly' end as direction_answer,
        direction_reason,
        case when chain_reason is null then 'yes' else 'not_clearly' end as chain_answer,
        chain_reason,
        reasoned_share,
        reasoned_days,
        result_days,
        reasoned_results,
        results,
        case when evidence_reason is null then 'yes' else 'not_clearly' end as evidence_answer,
        evidence_reason,
        evidenced_share,
        evidenced_results,
        chain_results,
        case
            when direction_reason is not null then 'direction'
            when chain_reason is not null then 'chain'
            when evidence_reason is not null then 'evidence'
            else '(none)'
        end as starting_point
    from with_direction

)

select * from three_question_test
