{#- The weeks before and after each decision that lie in range as a whole, counted in sevens
    from its own day: -8 to -1 before it, 0 to 7 from it on. -#}

with

settings as (

    select
        since,
        as_of
    from {{ source('home', 'settings') }}

),

decisions as (

    select distinct
        decisions.decision_id,
        decisions.action,
        decisions.day
    from {{ ref('stg_strategy__decisions') }} as decisions
    inner join settings on decisions.day < settings.as_of

),

offsets as (

    select {{ each_number(-8, 7) }} as week_offset

),

weeks as (

    select
        decisions.decision_id,
        decisions.action,
        decisions.day,
        offsets.week_offset,
        {{ add_days('decisions.day', 'offsets.week_offset * 7') }} as week_from,
        {{ add_days('decisions.day', 'offsets.week_offset * 7 + 7') }} as week_to
    from decisions
    cross join offsets

),

decision_weeks as (

    select weeks.*
    from weeks
    inner join settings on weeks.week_from >= settings.since and weeks.week_to <= settings.as_of

)

select * from decision_weeks
