{#- 1 for the newest copy of a landed record, 2 for the one before it, and so on. -#}
{% macro newest_copy(key='record_id') -%}
row_number() over (
            partition by source, {{ key }}
            order by record_version desc nulls last, pulled_at desc, record_digest desc
        )
{%- endmacro %}
