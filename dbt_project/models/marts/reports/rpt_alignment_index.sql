{#- The execution-alignment index and its components: buy-in times the mean of log2(1 + c) over the
    other five. It is the natural logarithm of the product of (1 + c), to the power of buy-in, over
    the greatest value that this can have; so it rises in every component. -#}

{%- set others = ['clarity', 'communication', 'allocation', 'monitoring', 'adaptability'] %}
{%- set fewest = 3 %}

with

components as (

    select
        component,
        score,
        n,
        basis,
        reason,
        row_number() over (
            order by score asc nulls last, component asc
        ) as rank_from_weakest
    from {{ ref('int_index_components') }}

),

side_by_side as (

    select
        {%- for component in others + ['buy_in'] %}
            max(case when component = '{{ component }}' then score end) as {{ component }},
        {%- endfor %}
        count(case when component <> 'buy_in' then score end) as known,
        max(case when rank_from_weakest = 1 and score is not null then component end) as weakest
    from components

),

judged as (

    select
        'index' as component,
        case
            when known >= {{ fewest }}
                then buy_in * (
                    {%- for component in others %}
                        coalesce(log2(1 + {{ component }}), 0) {{ '+' if not loop.last }}
                    {%- endfor %}
                ) / known
        end as score,
        coalesce(buy_in, 0) * (
            {%- for component in others %}
                coalesce(log2(1 + {{ component }}), 0) {{ '+' if not loop.last }}
            {%- endfor %}
        ) / {{ others | length }} as low,
        coalesce(buy_in, 1) * (
            {%- for component in others %}
                coalesce(log2(1 + {{ component }}), 1) {{ '+' if not loop.last }}
            {%- endfor %}
        ) / {{ others | length }} as high,
        weakest,
        known as n,
        case
            when buy_in is null then 'buy-in is missing'
            when known < {{ fewest }} then 'fewer than {{ fewest }} of 5 components'
        end as reason
    from side_by_side

),

together as (

    select
        component,
        score,
        low,
        high,
        weakest,
        cast(n as integer) as n,
        case when score is null then 'none' else 'data' end as basis,
        reason
    from judged

    union all

    select
        component,
        score,
        coalesce(score, 0) as low,
        coalesce(score, 1) as high,
        cast(null as varchar) as weakest,
        n,
        basis,
        reason
    from components

)

select * from together
