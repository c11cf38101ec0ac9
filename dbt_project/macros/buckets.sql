{#- The bucket of a person-day: its node's on that day; without a node, unobserved, untraced (no link)
    or an identifier that is no node. -#}
{% macro bucket_of(basis, strength, node_bucket) -%}
case
            when {{ basis }} = 'unobserved' then 'unobserved'
            when {{ node_bucket }} is not null then {{ node_bucket }}
            when coalesce({{ strength }}, 'none') = 'none' then 'untraced'
            else 'unknown_id'
        end
{%- endmacro %}
