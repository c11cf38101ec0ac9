{#- What a reader should know before trusting the figures: one row per finding. -#}

with

findings as (

    select
        check_name,
        source,
        subject,
        severity,
        records,
        detail
    from {{ ref('int_findings_on_reading') }}

    union all

    select
        check_name,
        source,
        subject,
        severity,
        records,
        detail
    from {{ ref('int_findings_on_scopes') }}

    union all

    select
        check_name,
        source,
        subject,
        severity,
        records,
        detail
    from {{ ref('int_findings_on_expectations') }}

    union all

    select
        check_name,
        source,
        subject,
        severity,
        records,
        detail
    from {{ ref('int_findings_on_work_items') }}

    union all

    select
        check_name,
        source,
        subject,
        severity,
        records,
        detail
    from {{ ref('int_findings_on_meaning') }}

    union all

    select
        check_name,
        source,
        subject,
        severity,
        records,
        detail
    from {{ ref('int_findings_on_amounts') }}

)

select * from findings
