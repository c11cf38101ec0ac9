{#- Time as the strategy sees it: a missing date is one of these two. Periods are half-open. -#}
{% macro first_day() -%}
cast('1900-01-01' as date)
{%- endmacro %}
{% macro last_day() -%}
cast('9999-12-31' as date)
{%- endmacro %}
