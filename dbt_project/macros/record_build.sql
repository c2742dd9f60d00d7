{#
  One row a build in quality.builds, written before the first model and completed after the last: a build
  that was killed half-way stays unsuccessful, and the gate refuses it.
#}

{% macro create_build_log() -%}
    {% if execute and flags.WHICH == 'build' %}
        {% do run_query("create schema if not exists quality") %}
        {% do run_query("create table if not exists quality.builds (build_id varchar, started_at timestamptz, built_at timestamptz, is_success boolean, as_of_at timestamptz, node_count integer)") %}
        {% do run_query("insert into quality.builds values ('" ~ invocation_id ~ "', current_timestamp, null, false, null, 0)") %}
    {% endif %}
{%- endmacro %}

{% macro record_build(results) -%}
    {% if execute and flags.WHICH == 'build' %}
        {# an exposure is in a build as a node of which nothing is made #}
        {% set good = results | selectattr('status', 'in', ['success', 'pass', 'warn', 'no-op']) | list %}
        {% set success = 'true' if good | length == results | length else 'false' %}
        {% set horizon = adapter.get_relation(target.database, 'intermediate', 'int_coverage__as_of') %}
        {# clients' data, where there is any, ends with their windows: what polls bring runs ahead of it #}
        {% set as_of = "(select coalesce(max(as_of_at) filter (client_id <> ''), max(as_of_at)) from " ~ horizon ~ ")" if horizon else "null" %}
        {% do run_query("update quality.builds set built_at = current_timestamp, is_success = " ~ success ~ ", as_of_at = " ~ as_of ~ ", node_count = " ~ results | length ~ " where build_id = '" ~ invocation_id ~ "'") %}
    {% endif %}
{%- endmacro %}
