{#- When a node went off track: its first check-in that says so after one that did not. Of several
    check-ins on one day the order is that of their words. -#}

with

checkins as (

    select
        checkins.node_id,
        checkins.day,
        checkins.confidence,
        lag(checkins.confidence) over (
            partition by checkins.node_id
            order by checkins.day, checkins.confidence, checkins.author, checkins.note
        ) as last_confidence
    from {{ ref('stg_strategy__checkins') }} as checkins
    inner join {{ ref('stg_strategy__run_day') }} as run_day on checkins.day < run_day.as_of
    where checkins.confidence is not null

),

starts as (

    select distinct
        node_id,
        day as started_on
    from checkins
    where confidence = 'off_track' and coalesce(last_confidence, '') <> 'off_track'

)

select * from starts
