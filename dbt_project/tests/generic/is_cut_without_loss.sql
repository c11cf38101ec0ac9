{#- Whatever way it is cut, all effort is published once: every table and period adds up to the
    person-days that were allocated, bucket by bucket. -#}
{% test is_cut_without_loss(model) %}

with

settings as (

    select people from {{ source('home', 'settings') }}

),

published as (

    select
        'fct_allocation_week' as cut,
        bucket,
        person_days
    from {{ model }}

    union all

    select
        'fct_allocation_day' as cut,
        bucket,
        person_days
    from {{ ref('fct_allocation_day') }}

    union all

    select
        'rpt_effort ' || period_type as cut,
        bucket,
        person_days
    from {{ ref('rpt_effort') }}

    union all

    select
        'rpt_traced_share ' || period_type || case when team_id = '(all)' then ' (all)' else '' end
            as cut,
        bucket,
        person_days
    from {{ ref('int_effort_of_periods') }}
    where bucket <> '(none)'

),

allocated as (

    select
        bucket,
        {{ exact_sum('person_days') }} as person_days
    from {{ ref('int_allocation') }}
    group by bucket

),

effort as (

    select
        'all buckets' as bucket,
        {{ exact_sum('person_days') }} as person_days
    from {{ ref('int_effort') }}

),

cuts as (

    select distinct cut from published

    union distinct

    select 'fct_allocation_day' as cut
    from settings
    where people <> 'hidden'

),

compared as (

    select
        cuts.cut,
        allocated.bucket,
        allocated.person_days,
        coalesce({{ exact_sum('published.person_days') }}, 0) as published_person_days
    from allocated
    cross join cuts
    left join published on cuts.cut = published.cut and allocated.bucket = published.bucket
    group by cuts.cut, allocated.bucket, allocated.person_days

    union all

    select
        'int_allocation' as cut,
        effort.bucket,
        effort.person_days,
        (select {{ exact_sum('allocated.person_days') }} from allocated) as published_person_days
    from effort

)

select
    cut,
    bucket,
    person_days,
    published_person_days
from compared
where abs(person_days - published_person_days) > 1e-6 * greatest(1, person_days)

{% endtest %}
