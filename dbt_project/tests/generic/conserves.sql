{#- An amount is the same, group by group, as in the model it was made from. -#}
{% test conserves(model, column_name, from_model, group_by, from_column=none, tolerance=0.000001) %}

with

amounts as (

    select
        {{ group_by | join(', ') }},
        {{ column_name }} as amount
    from {{ model }}
    union all
    select
        {{ group_by | join(', ') }},
        -{{ from_column or column_name }} as amount
    from {{ from_model }}

)

select
    {{ group_by | join(', ') }},
    sum(amount) as lost_or_gained
from amounts
group by {{ group_by | join(', ') }}
having abs(sum(amount)) > {{ tolerance }}

{% endtest %}
