{#- What looked like an identifier and was refused, with the reason: `check` lists it. -#}

with

judged as (

    select
        work_item_id,
        tier,
        identifier,
        as_written,
        place,
        line,
        refusal,
        text_position,
        start_position
    from {{ ref('int_identifiers_judged') }}
    where refusal is not null

),

refused_identifiers as (

    select
        work_item_id,
        tier,
        text_position,
        start_position,
        identifier,
        as_written,
        place,
        line,
        refusal
    from judged

)

select * from refused_identifiers
