{# A row for each whole number from one to another, both included. #}
{% macro number_series(first, last) -%}
    {{ return(adapter.dispatch('number_series', 'rapport')(first, last)) }}
{%- endmacro %}

{% macro duckdb__number_series(first, last) -%}
    unnest(generate_series({{ first }}, {{ last }}))
{%- endmacro %}
