{#
  How a model becomes a table or a view. dbt's own ways build beside the old one, rename twice and drop, and each step is
  a statement of its own: what dbt does around a statement takes longer than making a table of a small home. Nobody else
  can read the warehouse while dbt has it open, so here the old one is dropped, the new one is made, described, and held
  against its shape (macros/shape.sql), all by one call in one transaction. If that fails, the old one is there as before.
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
    {%- set statements = [
        create_table_as(true, new_rows, sql),
        replace_changed(target_relation, new_rows, config.get('unique_key')),
    ] -%}
    {%- set row_count = made(statements, new_rows) -%}
    {%- do adapter.add_query('drop table ' ~ new_rows) -%}
    {{- return(committed(target_relation, row_count)) -}}
{% endmaterialization %}

{# Drops what has this name, and makes the table or view. #}
{% macro made_anew(target_relation) -%}
    {%- set old = load_cached_relation(this) -%}
    {%- set statements = ['drop ' ~ old.type ~ ' ' ~ old] if old else [] -%}
    {%- do statements.append('create ' ~ target_relation.type ~ ' ' ~ target_relation ~ ' as (\n' ~ sql ~ '\n)') -%}
    {%- do statements.extend(comments(target_relation)) -%}
    {{- return(committed(target_relation, made(statements, target_relation))) -}}
{%- endmacro %}

{# Runs the statements; returns how many rows there are now, once these have the shape of this model. #}
{% macro made(statements, rows) -%}
    {%- set tests = graph.nodes.values() | selectattr('attached_node', 'equalto', model.unique_id) -%}
    {%- set rules = rules_of_shape(rows, tests) -%}
    {%- do statements.append(query_of_shape(rows, rules, config.get('contract').enforced)) -%}
    {#- not run_query: dbt would make a table of its own of the one row, and guess the types of its columns -#}
    {%- set _, cursor = adapter.add_query(statements | join(';\n')) -%}
    {%- set found = cursor.fetchone() -%}
    {%- do expect_shape(found, rules) -%}
    {{- return(found[0]) -}}
{%- endmacro %}

{# Runs what the model wants after it, ends the transaction, and tells dbt what there is now. #}
{% macro committed(target_relation, row_count) -%}
    {{- run_hooks(post_hooks) -}}
    {%- do adapter.commit() -%}
    {%- set message = 'OK' if target_relation.is_view else '{:,} rows'.format(row_count) -%}
    {%- do store_raw_result('main', message=message, code='', rows_affected=row_count) -%}
    {{- return({'relations': [target_relation]}) -}}
{%- endmacro %}
