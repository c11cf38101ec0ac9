{#- The one or two shares that each component of the index is made of. -#}

{%- set components = [
    'clarity', 'communication', 'allocation', 'monitoring', 'adaptability', 'buy_in'
] %}

with

counted as (

    {%- for component in components %}

        select
            component,
            part,
            counted_in,
            numerator,
            denominator,
            n
        from {{ ref('int_index_' ~ component) }}
        {{ 'union all' if not loop.last }}
    {%- endfor %}

),

shares as (

    select
        component,
        part,
        counted_in,
        numerator,
        denominator,
        -- Sums may differ from each other in their last digits
        case when denominator > 0 then least(numerator / denominator, 1) end as share,
        cast(n as integer) as n,
        case when not denominator > 0 then 'nothing to count: ' || part end as reason
    from counted

)

select * from shares
