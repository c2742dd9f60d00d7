{#
  A daily build computes only the rows that the new loads may have changed; all other rows stay. `rapport build`
  decides which kind of build it is, and asks for a full refresh where more than data has changed. A model that is
  built daily names in its config the table of changes that it follows (meta.changes) and the columns by which its
  rows are replaced (unique_key). models/changes/README.md explains it with an example.
#}

{# Whether this is a daily build. It then continues from a good build, see record_build.sql. #}
{% macro is_daily() -%}
    {{- return(execute and flags.WHICH == 'build' and not flags.FULL_REFRESH) -}}
{%- endmacro %}

{#
  In a daily build: the rows of a table whose key is in a table of changes. The key is the model's unique_key if no
  columns are named. In a full refresh: the whole table. An ephemeral model is part of the models that read it: one
  that uses this may be read by models only that follow the same table of changes.
#}
{% macro only_changed(relation, changes, columns=none) -%}
    {%- if is_incremental() or (is_daily() and config.get('materialized') == 'ephemeral') -%}
        {#- sqlfluff reads this without dbt, where config has no values -#}
        {%- set keys = columns or (config.get('unique_key') if config.get is defined else ['network']) -%}
        {#- a text is the name of a step of the same model, and so is an ephemeral model -#}
        {%- if relation is string or relation.is_cte -%}
            (
                select present.* from {{ relation }} as present
                semi join {{ changes }} using ({{ keys | join(', ') }})
            )
        {%- else -%}
            {{ rows_touched(relation, changes, keys) }}
        {%- endif -%}
    {%- else -%}
        {{ relation }}
    {%- endif -%}
{%- endmacro %}

{# Leaves a table of changes empty in a full refresh: nobody reads it then. #}
{% macro none_if_full() -%}
    {%- if not is_daily() -%} limit 0 {%- endif -%}
{%- endmacro %}

{#
  The columns of a table as the last build left it; no rows in a full refresh. It reads the warehouse directly, so
  the model that uses it has to be built before that table is replaced. dbt does not know this: make the replaced
  model depend on the one that uses `before`. tests/dbt/test_layers.py fails where that is missing.
#}
{% macro before(schema, name, columns) -%}
    {%- set relation = adapter.get_relation(target.database, schema, name) if is_daily() -%}
    {%- if relation -%}
        (select {{ columns | join(', ') }} from {{ relation }})
    {%- else -%}
        (
            select {% for column in columns %}cast(null as string) as {{ column }}{{ ', ' if not loop.last }}{% endfor %}
            limit 0
        )
    {%- endif -%}
{%- endmacro %}

{#
  Which rows a test of a model reads (dbt calls this for every generic test). After a daily build these are only the
  rows that it replaced: the others were tested when they were built.
#}
{% macro get_where_subquery(relation) -%}
    {%- set where = config.get('where', '') -%}
    {%- set changes, keys = changes_of(relation) if is_daily() else (none, none) -%}
    {%- if changes or where -%}
        (
            select * from {{ relation }}
            {% if changes %}semi join {{ changes }} using ({{ keys | join(', ') }}){% endif %}
            {% if where %}where {{ where }}{% endif %}
        ) as dbt_subquery
    {%- else -%}
        {{ relation }}
    {%- endif -%}
{%- endmacro %}

{# The table of changes that a model follows, and its key. #}
{% macro changes_of(relation) -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.name == relation.identifier -%}
        {%- set changes = node.config.meta.get('changes') -%}
        {%- if changes -%}
            {%- for other in graph.nodes.values() if other.resource_type == 'model' and other.name == changes -%}
                {{- return((other.relation_name, node.config.unique_key)) -}}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return((none, none)) -}}
{%- endmacro %}
