{#- The order in which the sections of an Asana task decide: the highest counts. -#}
{% macro category_rank(status_category) -%}
case {{ status_category }}
            when 'in_progress' then 4
            when 'done' then 3
            when 'todo' then 2
            else 1
        end
{%- endmacro %}

{#- The status category of an Asana task, from its completion and the rank of its sections. -#}
{% macro asana_category(is_completed, rank) -%}
case
        when {{ is_completed }} or {{ rank }} = 3 then 'done'
        when {{ rank }} = 4 then 'in_progress'
        when {{ rank }} = 1 then 'dropped'
        else 'todo'
    end
{%- endmacro %}

{#- The name of the section that decides; its rank is one digit before it. -#}
{% macro asana_status_name(is_completed, ranked_name) -%}
case
        when {{ is_completed }} then 'Completed'
        else coalesce(substr({{ ranked_name }}, 2), '(no section)')
    end
{%- endmacro %}

{#- Whether the category rests on a name that says nothing. -#}
{% macro asana_is_unmapped(is_completed, rank, is_any_unmapped) -%}
not {{ is_completed }} and coalesce({{ rank }} = 2 and {{ is_any_unmapped }}, false)
{%- endmacro %}
