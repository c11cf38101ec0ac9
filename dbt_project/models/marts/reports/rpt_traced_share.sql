{#- What share of effort maps to outcomes, by period and team, with the person-days behind it. -#}

select
    period_type,
    period_start,
    team_id,
    traced_days,
    strict_days,
    outcome_days,
    enabling_days,
    purpose_days,
    unanchored_days,
    retired_days,
    unknown_id_days,
    untraced_days,
    unobserved_days,
    observed_days,
    allocated_days,
    capacity_days,
    traced_share,
    strict_share,
    observed_share,
    reason
from {{ ref('int_traced_shares') }}
