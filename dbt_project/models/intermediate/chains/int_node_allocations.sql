{#- What a person-day on a node counts as, for each node and all of time: a row per node, period and
    bucket, weights adding up to 1. -#}

with

directions as (

    select
        node_id,
        period_from,
        period_to,
        case when is_anchored then outcome_weight else 0 end as outcome_weight,
        case when is_anchored then enabling_weight else 0 end as enabling_weight,
        case when is_anchored then purpose_weight else 0 end as purpose_weight,
        case when is_valid and not is_anchored then 1.0 else 0 end as unanchored_weight,
        case when is_valid then 0 else 1.0 end as retired_weight
    from {{ ref('int_node_directions') }}

),

marked as (

    select
        *,
        case
            when
                abs(lag(outcome_weight) over same_node - outcome_weight) < 1e-11
                and abs(lag(enabling_weight) over same_node - enabling_weight) < 1e-11
                and abs(lag(purpose_weight) over same_node - purpose_weight) < 1e-11
                and lag(unanchored_weight) over same_node = unanchored_weight
                and lag(retired_weight) over same_node = retired_weight
                then 0
            else 1
        end as starts_a_period
    from directions
    window same_node as (partition by node_id order by period_from)

),

numbered as (

    select
        *,
        sum(starts_a_period) over (
            partition by node_id
            order by period_from
            rows between unbounded preceding and current row
        ) as period_number
    from marked

),

merged as (

    select
        node_id,
        min(period_from) as period_from,
        max(period_to) as period_to,
        min(outcome_weight) as outcome_weight,
        min(enabling_weight) as enabling_weight,
        min(purpose_weight) as purpose_weight,
        min(unanchored_weight) as unanchored_weight,
        min(retired_weight) as retired_weight
    from numbered
    group by node_id, period_number

),

by_bucket as (
    {% for bucket, direction in [
        ('outcome', 'strategy'),
        ('enabling', 'teams'),
        ('purpose', 'purpose'),
        ('unanchored', '(none)'),
        ('retired', '(none)')
    ] %}
        select
            node_id,
            period_from,
            period_to,
            '{{ bucket }}' as bucket,
            '{{ direction }}' as direction,
            cast({{ bucket }}_weight as double) as weight
        from merged
        where {{ bucket }}_weight > 0
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
)

select * from by_bucket
