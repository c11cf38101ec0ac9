{#- Effort of each strategy node: its own, what rolls up to it by weight, what it is exposed to. -#}

{%- set period_types = ['week', 'month', 'quarter'] %}

with

node_effort as (

    select
        node_id,
        slice_start,
        direct,
        rolled_up,
        exposed
    from {{ ref('int_node_effort') }}

),

by_period as (

    {%- for period_type in period_types %}

        select
            '{{ period_type }}' as period_type,
            {{ period_start(period_type, 'slice_start') }} as period_start,
            node_id,
            {{ exact_sum('direct') }} as direct,
            {{ exact_sum('rolled_up') }} as rolled_up,
            {{ exact_sum('exposed') }} as exposed
        from node_effort
        group by all
        {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select * from by_period
