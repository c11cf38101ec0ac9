{#- Whatever way it is cut, all effort is published once: every table and period adds up to the
    person-days that were allocated, bucket by bucket. A cut that is missing is a loss, too. -#}
{% test is_cut_without_loss(model) %}

{%- set period_types = ['week', 'month', 'quarter'] %}
{%- set buckets = [
    'outcome', 'enabling', 'purpose', 'unanchored', 'retired', 'unknown_id', 'untraced', 'unobserved'
] %}

with

allocated as (

    select
        bucket,
        node_id <> '(none)' as has_node,
        {{ exact_sum('person_days') }} as person_days
    from {{ ref('int_allocation') }}
    group by bucket, node_id <> '(none)'

),

expected as (

    select 'fct_allocation_week' as cut, bucket, person_days from allocated

    union all

    select 'fct_allocation_day' as cut, allocated.bucket, allocated.person_days
    from allocated
    inner join {{ source('home', 'settings') }} as settings on settings.people <> 'hidden'

    {%- for period_type in period_types %}

        union all

        select 'rpt_effort {{ period_type }}' as cut, bucket, person_days from allocated

        union all

        select 'rpt_node_effort {{ period_type }}' as cut, 'all with a node' as bucket, person_days
        from allocated
        where has_node
    {%- endfor %}

    {%- for period_type in period_types + ['all'] %}

        union all

        select 'rpt_traced_share {{ period_type }} (all)' as cut, bucket, person_days
        from allocated
    {%- endfor %}

    {%- for period_type in period_types %}

        union all

        select 'rpt_traced_share {{ period_type }}' as cut, bucket, person_days from allocated
    {%- endfor %}

    union all

    select 'rpt_untraced' as cut, bucket, person_days from allocated where bucket = 'untraced'

    union all

    select 'int_allocation' as cut, 'all buckets' as bucket, person_days
    from {{ ref('int_effort') }}

),

published as (

    select 'fct_allocation_week' as cut, bucket, person_days from {{ model }}

    union all

    select 'fct_allocation_day' as cut, bucket, person_days from {{ ref('fct_allocation_day') }}

    union all

    select 'rpt_effort ' || period_type as cut, bucket, person_days from {{ ref('rpt_effort') }}

    union all

    select 'rpt_node_effort ' || period_type as cut, 'all with a node' as bucket, direct
    from {{ ref('rpt_node_effort') }}

    {%- for bucket in buckets %}

        union all

        select
            'rpt_traced_share ' || period_type || case when team_id = '(all)' then ' (all)' else '' end
                as cut,
            '{{ bucket }}' as bucket,
            {{ bucket }}_days as person_days
        from {{ ref('rpt_traced_share') }}
        where period_type <> 'all' or team_id = '(all)'
    {%- endfor %}

    union all

    select 'rpt_untraced' as cut, 'untraced' as bucket, person_days from {{ ref('rpt_untraced') }}

    union all

    select 'int_allocation' as cut, 'all buckets' as bucket, person_days from allocated

),

compared as (

    select cut, bucket, person_days as expected_days, cast(0 as double) as published_days
    from expected

    union all

    select cut, bucket, cast(0 as double) as expected_days, person_days as published_days
    from published

)

select
    cut,
    bucket,
    {{ exact_sum('expected_days') }} as expected_days,
    {{ exact_sum('published_days') }} as published_days
from compared
group by cut, bucket
having
    abs({{ exact_sum('expected_days') }} - {{ exact_sum('published_days') }})
    > 1e-6 * greatest(1, abs({{ exact_sum('expected_days') }}))

{% endtest %}
