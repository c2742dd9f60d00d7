{#
  How a model becomes a table or a view. dbt's own ways build beside the old one, rename twice and drop: six statements
  for a model, and these were a quarter of the time of building a small home. Nobody else can read the warehouse while
  dbt has it open, so here the old one is dropped and the new one is made in one transaction. If that fails, the old one
  is there as before.
#}

{% materialization table, adapter='duckdb' %}
    {{- return(made_anew(this.incorporate(type='table'))) -}}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
    {{- return(made_anew(this.incorporate(type='view'))) -}}
{% endmaterialization %}

{# In a full refresh a table like any other; in a daily build the changed rows are replaced: macros/changes.sql. #}
{% materialization incremental, adapter='duckdb' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- if not is_incremental() -%}
        {{- return(made_anew(target_relation)) -}}
    {%- endif -%}
    {%- set new_rows = make_temp_relation(target_relation).include(database=false, schema=false) -%}
    {%- call statement('main') -%}
        {{ create_table_as(true, new_rows, sql) }}
        {{ replace_changed(target_relation, new_rows, config.get('unique_key')) }}
    {%- endcall -%}
    {%- do expect_shape(new_rows) -%}
    {%- do run_query('drop table ' ~ new_rows) -%}
    {{- return(committed(target_relation)) -}}
{% endmaterialization %}

{# Drops what has this name, and makes the table or view. #}
{% macro made_anew(target_relation) -%}
    {%- set old = load_cached_relation(this) -%}
    {%- call statement('main') -%}
        {% if old %}drop {{ old.type }} {{ old }};{% endif %}
        {% if target_relation.is_view %}
            {{ get_create_view_as_sql(target_relation, sql) }}
        {% else %}
            {{ create_table_as(false, target_relation, sql) }}
        {% endif %}
    {%- endcall -%}
    {%- do expect_shape(target_relation) -%}
    {%- do persist_docs(target_relation, model) -%}
    {{- return(committed(target_relation)) -}}
{%- endmacro %}

{# Runs what the model wants after it, ends the transaction, and tells dbt what there is now. #}
{% macro committed(target_relation) -%}
    {{- run_hooks(post_hooks) -}}
    {%- do adapter.commit() -%}
    {{- return({'relations': [target_relation]}) -}}
{%- endmacro %}
