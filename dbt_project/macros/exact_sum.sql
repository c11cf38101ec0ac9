{#- The sum of an amount, the same to the last bit in whatever order the rows come.

    Doubles added by two threads differ in their last digits from run to run; whole multiples of
    1e-12 do not. So two runs on the same data publish the same figures, and two tables that sum
    the same rows agree. `over` is a window, if it is not the sum of a group. -#}
{% macro exact_sum(amount, over=none) -%}
    cast(sum(cast({{ amount }} as decimal(38, 12))){% if over is not none %} over ({{ over }}){% endif %} as double)
{%- endmacro %}

{#- The mean of an amount, in the same way. -#}
{% macro exact_mean(amount) -%}
    {{ exact_sum(amount) }} / nullif(count({{ amount }}), 0)
{%- endmacro %}
