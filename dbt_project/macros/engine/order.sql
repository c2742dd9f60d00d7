{#
  The value of the row that sorts last in a group, by some keys. Rows where the value is null do not count: so what was
  seen once is not lost to a later observation that asked for less.
#}
{% macro last_by(value, keys) -%}
    {{ return(adapter.dispatch('last_by', 'rapport')(value, keys)) }}
{%- endmacro %}

{% macro duckdb__last_by(value, keys) -%}
    arg_max({{ value }}, ({{ keys }}))
{%- endmacro %}

{# The same for the row that sorts first. #}
{% macro first_by(value, keys) -%}
    {{ return(adapter.dispatch('first_by', 'rapport')(value, keys)) }}
{%- endmacro %}

{% macro duckdb__first_by(value, keys) -%}
    arg_min({{ value }}, ({{ keys }}))
{%- endmacro %}

{# The first value in a window that is not null; to be followed by `over`. #}
{% macro first_known(value) -%}
    {{ return(adapter.dispatch('first_known', 'rapport')(value)) }}
{%- endmacro %}

{% macro duckdb__first_known(value) -%}
    first_value({{ value }} ignore nulls)
{%- endmacro %}
