{#- How far the outcome measures of each node moved in each month: the mean over those whose
    straight line covers the month, added up in their order, so that every run says the same. -#}

with

measures as (

    select
        node_id,
        period_start,
        readings,
        progress,
        measure_id
    from {{ ref('int_measure_progress') }}

),

with_means as (

    select
        node_id,
        period_start,
        count(*) over same_month as measures_followed,
        sum(readings) over same_month as readings,
        avg(progress) over same_month as progress,
        row_number() over (partition by node_id, period_start order by measure_id) as place
    from measures
    window
        same_month as (
            partition by node_id, period_start
            order by measure_id
            rows between unbounded preceding and unbounded following
        )

),

node_progress as (

    select
        node_id,
        period_start,
        measures_followed,
        cast(readings as bigint) as readings,
        progress
    from with_means
    where place = 1

)

select * from node_progress
