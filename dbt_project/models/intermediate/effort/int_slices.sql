{#- The days of the run, gathered into slices within which nothing changes that effort is told
    apart by: an ISO week, a month, what a strategy node counts as, a window of the last days,
    30 days around the day on which a node went off track, the weeks around a decision. Every
    day is a slice of its own where days are published. Effort is summed over slices, so that
    months of open items cost little. -#}

with

settings as (

    select
        time_zone,
        people
    from {{ source('home', 'settings') }}

),

days as (

    select
        calendar.day,
        calendar.iso_week,
        settings.people <> 'hidden' as is_published_by_day
    from {{ source('home', 'calendar') }} as calendar
    inner join settings on calendar.time_zone = settings.time_zone
    where calendar.is_in_range

),

cuts as (

    select day from {{ ref('int_node_changes') }}
    union distinct
    select window_start as day from {{ ref('int_window_starts') }}
    {%- for days in [-30, 0, 30] %}
        union distinct
        select {{ add_days('started_on', days) }} as day from {{ ref('int_off_track_starts') }}
    {%- endfor %}
    union distinct
    select week_from as day from {{ ref('int_decision_weeks') }}
    union distinct
    select week_to as day from {{ ref('int_decision_weeks') }}

),

starts as (

    select
        days.day,
        days.iso_week,
        case
            when
                days.is_published_by_day
                or days.day = days.iso_week
                or extract(day from days.day) = 1
                or cuts.day is not null
                or lag(days.day) over (order by days.day) is null
                then days.day
        end as start_day
    from days
    left join cuts on days.day = cuts.day

),

sliced as (

    select
        day,
        iso_week,
        max(start_day) over (order by day rows between unbounded preceding and current row)
            as slice_start
    from starts

),

numbered as (

    select
        day,
        iso_week,
        slice_start,
        max(day) over (partition by slice_start) as slice_end,
        dense_rank() over (order by slice_start) as slice_number
    from sliced

)

select * from numbered
