{#- What became of each card that its board no longer shows, and of each board that is no longer
    found, in the newest word on it. One that is there again has no row. -#}

with

told as (

    select
        source,
        record_id,
        record_digest,
        outcome,
        coalesce(happened_at, pulled_at) as happened_at,
        pulled_at
    from {{ source('landed', 'trello_absences') }}

),

newest as (

    select
        source,
        record_id,
        outcome,
        happened_at,
        row_number() over (
            partition by source, record_id
            order by pulled_at desc, happened_at desc, record_digest desc
        ) as age
    from told

),

absences as (

    select
        source,
        record_id,
        record_id like 'scope:%' as is_board,
        case
            when record_id like 'scope:%' then substr(record_id, 7)
            else record_id
        end as native_id,
        outcome,
        happened_at
    from newest
    where age = 1 and outcome <> 'present'

)

select * from absences
