{#- Adaptability: how many times that a node went off track were answered within 30 days. -#}

with

spells as (

    select is_answered from {{ ref('int_off_track_spells') }}

),

counted as (

    select
        'adaptability' as component,
        'off-track spells answered within 30 days' as part,
        'spells' as counted_in,
        cast(count(case when is_answered then 1 end) as double) as numerator,
        cast(count(*) as double) as denominator,
        count(*) as n
    from spells

)

select * from counted
