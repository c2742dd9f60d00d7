{# Of a step that is read more than once: make it anew each time, as keeping it would hold every text in memory. #}
{% macro not_kept() -%}
    {{ return(adapter.dispatch('not_kept', 'rapport')()) }}
{%- endmacro %}

{% macro duckdb__not_kept() -%}
    not materialized
{%- endmacro %}

{# The rows of a table whose keys stand in another. #}
{% macro rows_touched(relation, changes, keys) -%}
    {{ return(adapter.dispatch('rows_touched', 'rapport')(relation, changes, keys)) }}
{%- endmacro %}

{% macro duckdb__rows_touched(relation, changes, keys) -%}
    {#- first by the keys alone: of ten million posts, few of whose keys match, this reads a fifth of what a semi join
        of whole rows reads -#}
    (
        select * from {{ relation }}
        where rowid in (select rowid from {{ relation }} semi join {{ changes }} using ({{ keys | join(', ') }}))
    )
{%- endmacro %}
