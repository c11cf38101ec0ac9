{#- What a status name is compared by where the user wrote it. -#}
{% macro status_key(name) -%}
lower(trim({{ name }}))
{%- endmacro %}
