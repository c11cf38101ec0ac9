{#- Whether effort follows decisions: work on what each decision started and stopped, week by
    week before and after it, and how long it took. -#}

with

decisions as (

    select
        decisions.decision_id,
        named.action,
        decisions.title,
        decisions.day as decided_on,
        count(distinct named.node_id) as nodes
    from {{ source('home', 'decisions') }} as decisions
    inner join {{ ref('stg_strategy__decisions') }} as named
        on decisions.decision_id = named.decision_id
    group by decisions.decision_id, named.action, decisions.title, decisions.day

),

weeks as (

    select
        weeks.decision_id,
        weeks.action,
        weeks.week_offset,
        weeks.week_from,
        coalesce({{ exact_sum('effort.person_days') }}, 0.0) as person_days
    from {{ ref('int_decision_weeks') }} as weeks
    left join {{ ref('int_decided_effort') }} as effort
        on
            weeks.decision_id = effort.decision_id
            and weeks.action = effort.action
            and effort.slice_start >= weeks.week_from
            and effort.slice_start < weeks.week_to
    group by weeks.decision_id, weeks.action, weeks.week_offset, weeks.week_from

),

means as (

    select
        decision_id,
        action,
        {{ exact_mean('case when week_offset < 0 then person_days end') }} as weekly_days_before,
        {{ exact_mean('case when week_offset >= 0 then person_days end') }} as weekly_days_after
    from weeks
    group by decision_id, action

),

answers as (

    -- What was started begins with the first work on it, which may have been before the decision
    select
        weeks.decision_id,
        weeks.action,
        min(
            case
                when
                    weeks.action = 'stops'
                    and weeks.week_offset >= 0
                    and means.weekly_days_before > 0
                    and weeks.person_days < 0.1 * means.weekly_days_before
                    then weeks.week_offset * 7
            end
        ) as days_until_stopped,
        min(
            case
                when weeks.action = 'starts' and weeks.week_offset >= 0 and weeks.person_days > 0
                    then weeks.week_offset * 7
            end
        ) as days_until_started
    from weeks
    inner join means
        on weeks.decision_id = means.decision_id and weeks.action = means.action
    group by weeks.decision_id, weeks.action

),

decisions_with_effort as (

    select
        weeks.decision_id,
        weeks.action,
        weeks.week_offset,
        decisions.title,
        decisions.decided_on,
        decisions.nodes,
        weeks.week_from as week_starts_on,
        weeks.person_days,
        means.weekly_days_before,
        means.weekly_days_after,
        answers.days_until_stopped,
        answers.days_until_started
    from weeks
    inner join decisions
        on weeks.decision_id = decisions.decision_id and weeks.action = decisions.action
    inner join means on weeks.decision_id = means.decision_id and weeks.action = means.action
    inner join answers on weeks.decision_id = answers.decision_id and weeks.action = answers.action

)

select * from decisions_with_effort
