{#- The different words of a text, lower-cased; shorter ones than four characters say too little. -#}
{% macro words(text) -%}{{ return(adapter.dispatch('words')(text)) }}{%- endmacro %}
{% macro default__words(text) -%}
list_distinct(regexp_extract_all(lower({{ text }}), '[\p{L}\p{N}]{4,}'))
{%- endmacro %}
{% macro spark__words(text) -%}
array_distinct(regexp_extract_all(lower({{ text }}), '[\\p{L}\\p{N}]{4,}', 0))
{%- endmacro %}
