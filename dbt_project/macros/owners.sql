{#- Whether an owner names one person. Several names are no owner: nobody of them answers for it. -#}
{% macro has_one_owner(owner) -%}
(
            trim(coalesce({{ owner }}, '')) <> ''
            and not regexp_matches(lower(trim({{ owner }})), '[,;/&]|\sand\s')
        )
{%- endmacro %}
