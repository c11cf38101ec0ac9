{#- The figures that this night publishes of all teams together: effort by bucket, and capacity
    under the bucket `(none)`. -#}

with

effort as (

    select
        period_type,
        period_start,
        bucket,
        person_days,
        capacity_days
    from {{ ref('int_effort_of_periods') }}
    where team_id = '(all)' and period_type <> 'all'

),

added_up as (

    -- Slices are cut elsewhere each night: the last digits must not look like a change
    select
        period_type,
        period_start,
        bucket,
        round({{ exact_sum('person_days') }}, 9) as person_days,
        round({{ exact_sum('capacity_days') }}, 9) as capacity_days
    from effort
    group by period_type, period_start, bucket

)

select * from added_up
