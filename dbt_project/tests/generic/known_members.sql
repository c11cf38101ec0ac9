{#- Every value of these columns is a member of the dimension named beside it: no orphans, so that a
    join in a BI tool never loses a row. One query for all columns of a table. -#}
{% test known_members(model, members) %}

    {%- for column, dimension in members.items() %}

select distinct
    '{{ column }}' as column_name,
    cast(fact.{{ column }} as varchar) as value
from {{ model }} as fact
left join {{ dimension['in'] }} as dimension
    on fact.{{ column }} = dimension.{{ dimension['column'] }}
where dimension.{{ dimension['column'] }} is null
{{ 'union all' if not loop.last }}
{%- endfor %}

{% endtest %}
