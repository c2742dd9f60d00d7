{#
  A daily build takes up what was loaded since the last build that ended well, and what that touches; the rest
  stays. `rapport build` decides which kind of build it is (rapport/builds.py) and asks for a full refresh where
  anything but data has changed. A model that is built daily names in its config the table of changes that it
  follows (meta.changes) and the columns by which its rows are replaced (unique_key).
#}

{# Whether this build takes up changes only. It goes on from a good build then, see record_build.sql. #}
{% macro is_daily() -%}
    {{- return(execute and flags.WHICH == 'build' and not flags.FULL_REFRESH) -}}
{%- endmacro %}

{#
  The rows of a table that the changes touch, by the columns that the model is built by if no others are named;
  in a full refresh the table.
#}
{% macro only_changed(relation, changes, columns=none) -%}
    {%- if is_incremental() -%}
        {#- sqlfluff reads this without dbt, where config has no values -#}
        {%- set keys = columns or (config.get('unique_key') if config.get is defined else ['network']) -%}
        {#- a step of the same model comes by its name; what stands in the warehouse can be reached into -#}
        {%- if relation is string -%}
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

{# Tables of changes stay empty in a full refresh: nobody reads them then. #}
{% macro none_if_full() -%}
    {%- if not is_daily() -%} limit 0 {%- endif -%}
{%- endmacro %}

{#
  Columns of a table as the last build left it; no rows in a full refresh. Who asks must be built before that
  table is, or sees it as it is now.
#}
{% macro before(schema, name, columns) -%}
    {%- set relation = adapter.get_relation(target.database, schema, name) if is_daily() -%}
    {%- if relation -%}
        (select {{ columns | join(', ') }} from {{ relation }})
    {%- else -%}
        (
            select {% for column in columns %}{{ no_text() }} as {{ column }}{{ ', ' if not loop.last }}{% endfor %}
            limit 0
        )
    {%- endif -%}
{%- endmacro %}

{# Rows under a changed key go, rows as they are now come: what has no successor is gone for good. #}
{% macro get_incremental_replace_changed_sql(arguments) -%}
    {%- set target_relation, keys = arguments['target_relation'], arguments['unique_key'] -%}
    {%- set columns = arguments['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    delete from {{ target_relation }}
    where exists (
        select 1 from {{ ref(model.config.meta.changes) }} as changes
        where
        {%- for key in keys %}
            changes.{{ key }} = {{ target_relation }}.{{ key }} {{- ' and' if not loop.last }}
        {%- endfor %}
    );
    insert into {{ target_relation }} ({{ columns }})
    select {{ columns }} from {{ arguments['temp_relation'] }}
{%- endmacro %}

{#
  What a test of a model looks at (dbt calls this for every generic test): after a daily build the rows that it
  replaced, as the others were looked at when they came.
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

{# The table of changes that a model follows, and the columns it is replaced by. #}
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
