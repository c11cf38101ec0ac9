{#- What the records that were read do not hold of what is expected of them: one row for each rule
    and column that is broken. Records that were set aside are told by their reasons elsewhere. -#}

with

expectations as (

    select
        source,
        stream,
        subject,
        rule,
        says,
        severity,
        broken,
        allowed,
        detail
    from {{ source('run', 'expectations') }}
    where rule <> 'set_aside'

),

failed as (

    select
        'failed_expectation' as check_name,
        source,
        stream || ': ' || subject || ' ' || rule as subject,
        severity,
        cast(broken as bigint) as records,
        'Expected: ' || case when subject = '(table)' then stream else subject end || ' ' || says
        || case when detail = '' then '.' else '; ' || detail || '.' end as detail
    from expectations
    where broken > allowed

)

select * from failed
