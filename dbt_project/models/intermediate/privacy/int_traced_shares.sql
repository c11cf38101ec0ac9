{#- What share of effort maps to outcomes, by period and published team, with the person-days behind
    it, for the tables that show it or watch it. -#}

{%- set buckets = [
    'outcome', 'enabling', 'purpose', 'unanchored', 'retired', 'unknown_id', 'untraced', 'unobserved'
] %}

with

effort as (

    select
        period_type,
        period_start,
        team_id,
        bucket,
        strength,
        person_days,
        capacity_days
    from {{ ref('int_effort_of_periods') }}

),

totals as (

    select
        period_type,
        period_start,
        team_id,
        {%- for bucket in buckets %}
            coalesce({{ exact_sum("case when bucket = '" ~ bucket ~ "' then person_days end") }}, 0)
                as {{ bucket }}_days,
        {%- endfor %}
        coalesce({{ exact_sum(
            "case when bucket in ('outcome', 'enabling', 'purpose') then person_days end"
        ) }}, 0) as traced_days,
        coalesce({{ exact_sum(
            "case
                when bucket in ('outcome', 'enabling', 'purpose') and strength = 'strict'
                    then person_days
            end"
        ) }}, 0) as strict_days,
        coalesce({{ exact_sum(
            "case when bucket <> 'unobserved' then person_days end"
        ) }}, 0) as allocated_days,
        coalesce({{ exact_sum('capacity_days') }}, 0) as capacity_days
    from effort
    group by period_type, period_start, team_id

),

judged as (

    select
        *,
        allocated_days as observed_days,
        case when capacity_days > 0 then allocated_days / capacity_days end as observed_share,
        -- The last digits of sums must not decide at exactly one half
        case
            when allocated_days <= 0 and capacity_days <= 0 then 'no effort'
            when capacity_days > 0 and allocated_days < 0.5 * capacity_days - 1e-9
                then 'insufficient evidence'
        end as reason
    from totals

),

shares as (

    select
        period_type,
        period_start,
        team_id,
        traced_days,
        strict_days,
        {%- for bucket in buckets %}
            {{ bucket }}_days,
        {%- endfor %}
        observed_days,
        allocated_days,
        capacity_days,
        case when reason is null then traced_days / allocated_days end as traced_share,
        case when reason is null then strict_days / allocated_days end as strict_share,
        observed_share,
        reason
    from judged

)

select * from shares
