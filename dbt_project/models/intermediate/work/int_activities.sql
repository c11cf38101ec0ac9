{#- Every event that keeps an item from being idle: what people changed, wrote or logged, and every
    time it became in progress. What bots did and bulk work are left out; an event without an
    author counts. -#}

with

persons as (

    select
        account_id,
        person_id,
        is_bot
    from {{ ref('int_accounts_to_persons') }}

),

person_zones as (

    select
        person_id,
        time_zone
    from {{ ref('int_persons') }}

),

administrative as (

    select
        account_id,
        field,
        changed_at
    from {{ ref('int_administrative_changes') }}

),

events as (

    select
        int_changes_unioned.work_item_id,
        int_changes_unioned.account_id,
        'change' as kind,
        int_changes_unioned.changed_at as happened_at,
        cast(null as date) as happened_on
    from {{ ref('int_changes_unioned') }} as int_changes_unioned
    left join administrative
        on
            int_changes_unioned.account_id = administrative.account_id
            and int_changes_unioned.field = administrative.field
            and int_changes_unioned.changed_at = administrative.changed_at
    where administrative.changed_at is null
    union all
    select
        work_item_id,
        account_id,
        'comment' as kind,
        written_at as happened_at,
        cast(null as date) as happened_on
    from {{ ref('int_comments_unioned') }}
    union all
    select
        work_item_id,
        account_id,
        'time_log' as kind,
        started_at as happened_at,
        started_on as happened_on
    from {{ ref('int_time_logs_unioned') }}

),

by_people as (

    select
        events.work_item_id,
        persons.person_id,
        events.kind,
        -- a time log with a date alone starts at midnight of its author
        coalesce(
            events.happened_at,
            {{ instant_of_midnight('events.happened_on', 'person_zones.time_zone') }},
            cast(events.happened_on as timestamp)
        ) as happened_at
    from events
    left join persons on events.account_id = persons.account_id
    left join person_zones on persons.person_id = person_zones.person_id
    where events.account_id is null or not coalesce(persons.is_bot, false)

),

became_in_progress as (

    select
        work_item_id,
        cast(null as text) as person_id,
        'became_in_progress' as kind,
        from_at as happened_at
    from {{ ref('int_status_spans') }}
    where status_category = 'in_progress' and is_event and not is_administrative

)

select * from by_people
union all
select * from became_in_progress
