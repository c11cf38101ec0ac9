{#- Times at which one actor wrote 20 links or more within 10 minutes: who ties everything to
    something in one go has hardly thought about each. Links that stand more than 10 minutes
    apart belong to different times. Where people are hidden an actor has a number that tells
    nothing but one from the other. -#}

with

written as (

    select distinct
        accounts.person_id,
        candidates.work_item_id,
        candidates.identifier,
        candidates.written_at
    from {{ ref('int_link_candidates') }} as candidates
    inner join {{ ref('int_accounts_to_persons') }} as accounts
        on candidates.account_id = accounts.account_id
    where candidates.tier in (1, 2, 3, 6) and candidates.written_at is not null

),

marked as (

    select
        person_id,
        written_at,
        case
            when
                {{ seconds_between(
                    'lag(written_at) over (partition by person_id order by written_at)',
                    'written_at'
                ) }} <= 600
                then 0
            else 1
        end as starts_a_time,
        count(*) over (
            partition by person_id
            order by written_at
            range between interval '10' minute preceding and current row
        ) as links_within_ten_minutes
    from written

),

numbered as (

    select
        *,
        sum(starts_a_time) over (
            partition by person_id
            order by written_at
            rows between unbounded preceding and current row
        ) as time_number
    from marked

),

times as (

    select
        person_id,
        time_number,
        min(written_at) as started_at,
        max(written_at) as ended_at,
        count(*) as links,
        max(links_within_ten_minutes) as links_within_ten_minutes
    from numbered
    group by person_id, time_number

),

mass_linkings as (

    select
        times.person_id,
        coalesce(
            case when settings.people <> 'hidden' then person_keys.person_key end,
            'actor ' || cast(dense_rank() over (order by times.person_id) as varchar)
        ) as actor,
        times.started_at,
        times.ended_at,
        times.links
    from times
    cross join {{ source('home', 'settings') }} as settings
    left join {{ source('home', 'person_keys') }} as person_keys
        on times.person_id = person_keys.person_id
    where times.links_within_ten_minutes >= 20

)

select * from mass_linkings
