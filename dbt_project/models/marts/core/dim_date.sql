{#- The calendar of the organisation: its days, its working days, its fiscal year. -#}

with

settings as (

    select
        time_zone,
        fiscal_year_start,
        organisation_calendar_id
    from {{ source('home', 'settings') }}

),

calendar as (

    select
        time_zone,
        day,
        iso_week,
        is_in_range
    from {{ source('home', 'calendar') }}

),

working_days as (

    select
        calendar_id,
        day
    from {{ source('home', 'working_days') }}

),

days as (

    select
        calendar.day,
        calendar.iso_week,
        calendar.is_in_range,
        extract(year from calendar.day) as calendar_year,
        extract(month from calendar.day) as calendar_month,
        settings.fiscal_year_start,
        working_days.day is not null as is_working_day
    from calendar
    inner join settings on calendar.time_zone = settings.time_zone
    left join working_days
        on
            calendar.day = working_days.day
            and settings.organisation_calendar_id = working_days.calendar_id

),

described as (

    select
        day,
        iso_week,
        {{ period_start('month', 'day') }} as month,
        {{ period_start('quarter', 'day') }} as quarter,
        -- The year of an ISO week is the year of its Thursday
        cast(extract(year from {{ add_days('iso_week', 3) }}) as integer) as iso_year,
        cast(extract(week from day) as integer) as iso_week_number,
        cast(
            case
                when fiscal_year_start > 1 and calendar_month >= fiscal_year_start
                    then calendar_year + 1
                else calendar_year
            end as integer
        ) as fiscal_year,
        cast(
            floor(((calendar_month - fiscal_year_start + 12) % 12) / 3) + 1 as integer
        ) as fiscal_quarter,
        cast({{ dbt.datediff('iso_week', 'day', 'day') }} + 1 as integer) as weekday,
        is_working_day,
        is_in_range
    from days

)

select * from described
