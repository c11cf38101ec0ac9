{#- Effort of runs of whole active days, per slice and team: the difference of two running sums,
    however long the run.
    Differences below a billionth of a day are rounding. -#}

with

slices as (

    select
        day,
        slice_number
    from {{ ref('int_slices') }}

),

slice_bounds as (

    select distinct
        slice_number,
        slice_start,
        slice_end
    from {{ ref('int_slices') }}

),

runs as (

    select
        int_active_runs.person_id,
        int_active_runs.work_item_id,
        int_active_runs.from_day,
        int_active_runs.to_day,
        {{ each_number('first_slices.slice_number', 'last_slices.slice_number') }}
            as slice_number
    from {{ ref('int_active_runs') }} as int_active_runs
    inner join slices as first_slices on int_active_runs.from_day = first_slices.day
    inner join slices as last_slices on int_active_runs.to_day = last_slices.day

),

pieces as (

    select
        runs.person_id,
        runs.work_item_id,
        slice_bounds.slice_start,
        greatest(runs.from_day, slice_bounds.slice_start) as from_day,
        least(runs.to_day, slice_bounds.slice_end) as to_day
    from runs
    inner join slice_bounds on runs.slice_number = slice_bounds.slice_number

),

ends as (

    -- a piece is what is summed through its last day less what is summed through the day before it
    select
        person_id,
        work_item_id,
        slice_start,
        to_day as day,
        1 as sign
    from pieces
    union all
    select
        person_id,
        work_item_id,
        slice_start,
        {{ add_days('from_day', -1) }} as day,
        -1 as sign
    from pieces

),

effort as (

    select
        ends.person_id,
        sums.team_id,
        ends.work_item_id,
        ends.slice_start,
        {{ exact_sum('ends.sign * sums.through_day') }} as person_days
    from ends
    inner join {{ ref('int_team_unit_sums') }} as sums
        on ends.person_id = sums.person_id and ends.day = sums.day
    group by ends.person_id, sums.team_id, ends.work_item_id, ends.slice_start

),

status_effort_of_runs as (

    select * from effort
    where person_days > 1e-9

)

select * from status_effort_of_runs
