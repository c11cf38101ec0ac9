{#- The same staging table of every tracker, one below the other, columns written out. -#}
{% macro union_trackers(things, columns) %}
    {%- for tracker in var('trackers') %}
    select
        {%- for column in columns %}
        {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('stg_' ~ tracker ~ '__' ~ things) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}
