{#- How a model becomes a table or a view. dbt's own way makes it under another name, moves the old one
    aside, renames both and drops the old one, which takes longer than most of our queries. Every run
    builds in a new file that nobody reads yet, so there is no old one to keep in sight, or to look
    for. Hooks, grants and persisted comments are left out: the project has none. -#}

{% materialization table, adapter='duckdb' %}
    {%- set made = this.incorporate(type='table') -%}
    {%- call statement('main', auto_begin=False) -%}
        drop table if exists {{ made }};
        {{ create_table_as(False, made, compiled_code) }}
    {%- endcall -%}
    {{ return({'relations': [made]}) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
    {%- set made = this.incorporate(type='view') -%}
    {%- call statement('main', auto_begin=False) -%}
        create or replace view {{ made }} as (
            {{ compiled_code }}
        );
    {%- endcall -%}
    {{ return({'relations': [made]}) }}
{% endmaterialization %}
