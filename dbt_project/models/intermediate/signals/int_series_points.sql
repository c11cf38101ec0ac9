{#- Every series that is watched for signals, in one shape: measures and shares of effort. -#}

with

measure_points as (

    select
        'measure' as series_type,
        measure_id as series_id,
        period_start,
        value,
        is_closed
    from {{ ref('int_measure_periods') }}

),

share_points as (

    select
        'share' as series_type,
        share_name as series_id,
        period_start,
        value,
        is_closed
    from {{ ref('int_share_periods') }}
    where value is not null

),

points as (

    select * from measure_points
    union all
    select * from share_points

)

select * from points
