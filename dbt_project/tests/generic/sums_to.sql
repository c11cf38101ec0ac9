{#- The rows of a group add up to a total: nothing was lost or counted twice where something splits. -#}
{% test sums_to(model, column_name, group_by, total=1, tolerance=0.000001) %}

select
    {{ group_by | join(', ') }},
    sum({{ column_name }}) as added_up
from {{ model }}
group by {{ group_by | join(', ') }}
having abs(sum({{ column_name }}) - {{ total }}) > {{ tolerance }}

{% endtest %}
