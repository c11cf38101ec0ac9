{#- How a model becomes a table or a view. dbt's own way makes it under another name, moves the old one
    aside, renames both and drops the old one, which takes longer than most of our queries. Every run
    builds in a new file that nobody reads yet, so there is no old one to keep in sight. Hooks, grants
    and persisted comments are left out: the project has none. -#}

{% materialization table, adapter='duckdb' %}
    {%- do drop_relation_if_exists(load_cached_relation(this)) -%}
    {%- set made = this.incorporate(type='table') -%}
    {%- call statement('main', auto_begin=False) -%}
        {{ create_table_as(False, made, compiled_code) }}
    {%- endcall -%}
    {{ return({'relations': [made]}) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
    {%- do drop_relation_if_exists(load_cached_relation(this)) -%}
    {%- set made = this.incorporate(type='view') -%}
    {%- call statement('main', auto_begin=False) -%}
        {{ get_create_view_as_sql(made, compiled_code) }}
    {%- endcall -%}
    {{ return({'relations': [made]}) }}
{% endmaterialization %}
