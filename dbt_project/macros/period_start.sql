{#- The first day of the week, month or quarter that a day lies in. -#}
{% macro period_start(period_type, day) -%}
    cast(date_trunc('{{ period_type }}', {{ day }}) as date)
{%- endmacro %}
