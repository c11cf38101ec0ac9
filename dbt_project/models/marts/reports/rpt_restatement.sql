{#- Closed months as they were first published, as they are now, and why they moved. -#}

with

months as (

    -- what a person logs in a week counts against the whole week, also where a month ends in it
    select distinct
        period_start,
        first_published_on,
        first_published_on < {{ add_days(period_start('week', 'last_day(period_start)'), 7) }}
            as was_last_week_open
    from {{ ref('int_first_figures') }}

),

then_and_now as (

    select
        period_start,
        bucket,
        person_days as first_days,
        capacity_days as first_capacity,
        cast(0 as double) as days_now,
        cast(0 as double) as capacity_now
    from {{ ref('int_first_figures') }}

    union all

    select
        figures.period_start,
        figures.bucket,
        cast(0 as double) as first_days,
        cast(0 as double) as first_capacity,
        figures.person_days as days_now,
        figures.capacity_days as capacity_now
    from {{ ref('int_figures_today') }} as figures
    inner join months on figures.period_start = months.period_start
    where figures.period_type = 'month'

),

by_bucket as (

    select
        period_start,
        bucket,
        {{ exact_sum('first_days') }} as first_days,
        {{ exact_sum('days_now') }} as days_now,
        {{ exact_sum('first_capacity') }} as first_capacity,
        {{ exact_sum('capacity_now') }} as capacity_now
    from then_and_now
    group by period_start, bucket

),

totals as (

    select
        period_start,
        abs(sum(capacity_now - first_capacity)) > 1e-6 as has_capacity_changed,
        abs(sum(case when bucket <> 'unobserved' then days_now - first_days else 0 end)) > 1e-6
            as has_work_changed
    from by_bucket
    group by period_start

),

explained as (

    select
        by_bucket.period_start,
        by_bucket.bucket,
        months.first_published_on,
        by_bucket.first_days,
        by_bucket.days_now,
        by_bucket.days_now - by_bucket.first_days as difference,
        case
            when abs(by_bucket.days_now - by_bucket.first_days) <= 1e-6 then 'unchanged'
            else
                coalesce(nullif(concat_ws(
                    '; ',
                    case
                        when totals.has_work_changed and months.was_last_week_open
                            then 'last week was not over, or work items changed'
                        when totals.has_work_changed then 'work items changed'
                    end,
                    case when changes.have_links_changed then 'links changed' end,
                    case when changes.has_strategy_changed then 'strategy changed' end,
                    case when totals.has_capacity_changed then 'capacity changed' end
                ), ''), 'work items changed')
        end as why
    from by_bucket
    inner join months on by_bucket.period_start = months.period_start
    inner join totals on by_bucket.period_start = totals.period_start
    left join {{ ref('int_changes_since') }} as changes
        on months.first_published_on = changes.as_of
    where by_bucket.bucket <> '(none)'

),

restatement as (

    select
        'month' as period_type,
        period_start,
        bucket,
        first_published_on,
        first_days,
        days_now,
        difference,
        why
    from explained

)

select * from restatement
