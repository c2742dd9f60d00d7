{# Of a step that is read more than once: make it anew each time, as keeping it would hold every text in memory. #}
{% macro not_kept() -%}
    {{ return(adapter.dispatch('not_kept', 'rapport')()) }}
{%- endmacro %}

{% macro duckdb__not_kept() -%}
    not materialized
{%- endmacro %}
