{#- Whether a number that people typed can be an amount of work: neither negative, nor beyond all
    measure, nor `nan`. -#}
{% macro is_usable_amount(column) -%}
    ({{ column }} >= 0 and {{ column }} < 1e12)
{%- endmacro %}
