{#- How many different work items had effort in each period, under each published team, bucket and
    node. Items are told apart here once and nowhere summed, which is what keeps it cheap. -#}

{%- set period_types = ['week', 'month', 'quarter'] %}

with

effort as (

    select
        slice_start as day,
        team_id,
        bucket,
        node_id,
        work_item_id
    from {{ ref('int_allocation') }}
    where person_days > 0 and work_item_id <> '(none)'

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

    {%- for period_type in period_types %}

        select distinct
            '{{ period_type }}' as period_type,
            team_folds.period_start,
            team_folds.published_team_id as team_id,
            effort.bucket,
            effort.node_id,
            effort.work_item_id
        from effort
        inner join team_folds
            on
                team_folds.period_type = '{{ period_type }}'
                and team_folds.period_start = {{ period_start(period_type, 'effort.day') }}
                and effort.team_id = team_folds.team_id
        {{ 'union all' if not loop.last }}
    {%- endfor %}

),

counted as (

    select
        period_type,
        period_start,
        team_id,
        bucket,
        node_id,
        count(*) as items
    from items
    group by period_type, period_start, team_id, bucket, node_id

)

select * from counted
