{#- Each closed month's figures as they were first published: by the first night that is
    remembered whose date lies past the end of the month. -#}

with

nights as (

    select as_of from {{ source('run', 'remembered_nights') }}

),

figures_over_time as (

    {{ known_over_time(
        source('run', 'remembered_figures'),
        key=['period_type', 'period_start', 'bucket'],
        values=['person_days', 'capacity_days']
    ) | indent(4) }}

),

months as (

    select distinct period_start
    from figures_over_time
    where period_type = 'month'

),

first_nights as (

    select
        months.period_start,
        min(nights.as_of) as first_published_on
    from months
    inner join nights
        on nights.as_of >= cast({{ dbt.dateadd('month', 1, 'months.period_start') }} as date)
    group by months.period_start

),

first_figures as (

    select
        first_nights.period_start,
        first_nights.first_published_on,
        figures.bucket,
        figures.person_days,
        figures.capacity_days
    from first_nights
    inner join figures_over_time as figures
        on
            figures.period_type = 'month'
            and first_nights.period_start = figures.period_start
            and first_nights.first_published_on >= figures.known_from
            and (
                figures.known_until is null
                or first_nights.first_published_on < figures.known_until
            )

)

select * from first_figures
