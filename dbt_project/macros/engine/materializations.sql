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
    {#- All rows under a changed key go, so a row without a successor is gone. A model that follows no table of changes makes
        all its rows anew, of its old ones and of the new loads. -#}
    {%- set gone -%}
        delete from {{ target_relation }}
        where exists (
            select 1 from {{ ref(model.config.meta.changes) if model.config.meta.changes else new_rows }} as changes
            where {{ same('changes', target_relation, config.get('unique_key')) }}
        )
    {%- endset -%}
    {#- both have the columns of the same query, in the same order: of another one there is a full refresh -#}
    {%- set taken_in = 'insert into ' ~ target_relation ~ ' select * from ' ~ new_rows -%}
    {%- set row_count = made([create_table_as(true, new_rows, sql), gone, taken_in], new_rows) -%}
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

{#
  On Spark, where every build is a full refresh: in several calls, and without comments, which Parquet tables don't
  keep: spark__record_build notes them.
#}
{% materialization table, adapter='spark' %}
    {{- return(made_on_spark(this.incorporate(type='table'))) -}}
{% endmaterialization %}

{# What is taken back into the warehouse has to lie in files, so a view is a table here. #}
{% materialization view, adapter='spark' %}
    {{- return(made_on_spark(this.incorporate(type='table'))) -}}
{% endmaterialization %}

{% materialization incremental, adapter='spark' %}
    {{- return(made_on_spark(this.incorporate(type='table'))) -}}
{% endmaterialization %}

{% macro made_on_spark(target_relation) -%}
    {%- set tests = graph.nodes.values() | selectattr('attached_node', 'equalto', model.unique_id) -%}
    {%- set rules = rules_of_shape(target_relation, tests) -%}
    {%- set made_first = make_first(sql) -%}
    {%- do adapter.add_query('drop table if exists ' ~ target_relation) -%}
    {%- do adapter.add_query('create table ' ~ target_relation ~ ' using parquet as\n' ~ sql) -%}
    {%- set _, cursor = adapter.add_query(query_of_shape(target_relation, rules, config.get('contract').enforced)) -%}
    {%- set found = cursor.fetchall()[0] -%}
    {%- do expect_shape(found, rules) -%}
    {%- do drop_tables(made_first) -%}
    {%- do store_raw_result('main', message='{:,} rows'.format(found[0]), code='', rows_affected=found[0]) -%}
    {{- return({'relations': [target_relation]}) -}}
{%- endmacro %}

{#
  What reads a step again and again asks for a table of it, as Spark computes a step anew wherever it is read: by a note in
  the query, which is found when the model is made. `links` of a note is a step of the query above it.
#}
{% macro from_made_first(note) -%}
    {#- of the model, as a unit test of it has no `this` -#}
    {%- set table = model.schema ~ '.' ~ model.alias ~ '__' ~ note.by -%}
    {#- an ephemeral model is a step of the query itself -#}
    {%- set inside = '__dbt__cte__' ~ model.alias if config.get('materialized') == 'ephemeral' else none -%}
    {{ return('/*first: ' ~ tojson(dict(note, table=table, inside=inside)) ~ '*/ select * from ' ~ table) }}
{%- endmacro %}

{# Makes the tables that notes of a query ask for; returns the names of what is no longer needed once it was run. #}
{% macro make_first(query) -%}
    {%- set made, parts = [], query.split('/*first: ') -%}
    {%- for part in parts[1:] -%}
        {%- set note = fromjson(part.split('*/')[0]) -%}
        {#- the steps before the one that has the note -#}
        {%- set steps = '/*first: '.join(parts[:loop.index]).rpartition(',')[0] -%}
        {%- set of_links = steps ~ ' select * from ' ~ note.links -%}
        {%- set links = note.table ~ '__links' -%}
        {%- do make_table(links, of_links ~ ') select * from ' ~ note.inside if note.inside else of_links) -%}
        {%- if note.by == 'tops' -%}
            {%- do tops_by_rounds(note.table, links, note.parent, note['keys'], note.own, note.of_top) -%}
        {%- else -%}
            {%- do descendants_by_rounds(note.table, links, note.parent, note['keys']) -%}
        {%- endif -%}
        {%- do drop_tables([links]) -%}
        {%- do made.append(note.table) -%}
    {%- endfor -%}
    {{- return(made) -}}
{%- endmacro %}
