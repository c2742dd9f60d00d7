{# 
  Of a group's rows, the value of the one that sorts last by some keys. Rows without the value do not count:
  what was seen once is not erased by a look that asked for less.
 #}
{% macro last_by(value, keys) -%}
    {{ return(adapter.dispatch('last_by', 'rapport')(value, keys)) }}
{%- endmacro %}

{% macro duckdb__last_by(value, keys) -%}
    arg_max({{ value }}, ({{ keys }}))
{%- endmacro %}

{# The same of the row that sorts first. #}
{% macro first_by(value, keys) -%}
    {{ return(adapter.dispatch('first_by', 'rapport')(value, keys)) }}
{%- endmacro %}

{% macro duckdb__first_by(value, keys) -%}
    arg_min({{ value }}, ({{ keys }}))
{%- endmacro %}

{# The last value of a window's frame that is not null; `over` follows. #}
{% macro last_known(value) -%}
    {{ return(adapter.dispatch('last_known', 'rapport')(value)) }}
{%- endmacro %}

{% macro duckdb__last_known(value) -%}
    last_value({{ value }} ignore nulls)
{%- endmacro %}
