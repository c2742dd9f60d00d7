{#
  Before a full refresh: drops tables and views that no model makes any more, because it was renamed, removed or made
  ephemeral. Their rows would stay as they are for ever, and those of marts and reports would be published.
#}
{% macro drop_orphans() -%}
    {{ return(adapter.dispatch('drop_orphans', 'rapport')()) }}
{%- endmacro %}

{% macro duckdb__drop_orphans() -%}
    {% if execute and flags.WHICH == 'build' and flags.FULL_REFRESH %}
        {% set made = [] %}
        {% for node in graph.nodes.values() if node.resource_type == 'model' and node.config.materialized != 'ephemeral' %}
            {% do made.append(node.schema ~ '.' ~ node.alias) %}
        {% endfor %}
        {% set found = run_query("select table_schema, table_name, table_type from information_schema.tables where table_catalog = '" ~ target.database ~ "' and table_schema in ('staging', 'changes', 'intermediate', 'marts', 'reports')") %}
        {% for schema, name, type in found.rows if schema ~ '.' ~ name not in made %}
            {% do run_query('drop ' ~ ('view' if type == 'VIEW' else 'table') ~ ' ' ~ target.database ~ '."' ~ schema ~ '"."' ~ name ~ '"') %}
        {% endfor %}
    {% endif %}
{%- endmacro %}
