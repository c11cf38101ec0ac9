{#- The last word on each issue or project that could not be found: what became of it. One that was
    found again has none. -#}

with

words as (

    select
        source,
        record_id,
        outcome,
        happened_at,
        row_number() over (
            partition by source, record_id
            order by happened_at desc, pulled_at desc, record_digest desc
        ) as age
    from {{ source('landed', 'jira_absences') }}

),

last_words as (

    select
        source,
        record_id,
        outcome,
        happened_at
    from words
    where age = 1 and outcome <> 'present'

)

select * from last_words
