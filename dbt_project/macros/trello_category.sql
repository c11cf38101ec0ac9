{#- The status category of a Trello card, from that of its list. -#}
{% macro trello_category(list_category, is_due_complete, is_archived) -%}
case
        when ({{ is_due_complete }}) then 'done'
        when ({{ is_archived }}) and {{ list_category }} = 'done' then 'done'
        when ({{ is_archived }}) then 'dropped'
        else {{ list_category }}
    end
{%- endmacro %}
