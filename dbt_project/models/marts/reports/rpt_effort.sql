{#- Person-days, work items and imputed person-days by period, team, bucket and strategy node. -#}

{%- set period_types = ['week', 'month', 'quarter'] %}

with

effort_and_imputed as (

    select
        slice_start as day,
        team_id,
        bucket,
        node_id,
        {{ exact_sum('person_days') }} as person_days,
        cast(0 as double) as imputed_days
    from {{ ref('int_allocation') }}
    group by slice_start, team_id, bucket, node_id

    union all

    select
        completed_on as day,
        team_id,
        bucket,
        node_id,
        cast(0 as double) as person_days,
        {{ exact_sum('person_days') }} as imputed_days
    from {{ ref('int_imputed_allocation') }}
    where person_days is not null
    group by completed_on, team_id, bucket, node_id

),

team_folds as (

    select
        period_type,
        period_start,
        team_id,
        published_team_id
    from {{ ref('int_team_folds') }}

),

items as (

    select
        period_type,
        period_start,
        team_id,
        bucket,
        node_id,
        items
    from {{ ref('int_items_of_periods') }}

),

by_period as (

    {%- for period_type in period_types %}

        select
            '{{ period_type }}' as period_type,
            team_folds.period_start,
            team_folds.published_team_id as team_id,
            effort_and_imputed.bucket,
            effort_and_imputed.node_id,
            {{ exact_sum('effort_and_imputed.person_days') }} as person_days,
            {{ exact_sum('effort_and_imputed.imputed_days') }} as imputed_days
        from effort_and_imputed
        inner join team_folds
            on
                team_folds.period_type = '{{ period_type }}'
                and team_folds.period_start
                = {{ period_start(period_type, 'effort_and_imputed.day') }}
                and effort_and_imputed.team_id = team_folds.team_id
        group by all
        {{ 'union all' if not loop.last }}
    {%- endfor %}

),

with_items as (

    -- Effort without an item (manual, unobserved) and imputed effort count as no item
    select
        by_period.period_type,
        by_period.period_start,
        by_period.team_id,
        by_period.bucket,
        by_period.node_id,
        by_period.person_days,
        coalesce(items.items, 0) as items,
        by_period.imputed_days
    from by_period
    left join items
        on
            by_period.period_type = items.period_type
            and by_period.period_start = items.period_start
            and by_period.team_id = items.team_id
            and by_period.bucket = items.bucket
            and by_period.node_id = items.node_id

)

select * from with_items
