{# For a step that is read more than once: compute it each time, as keeping it would hold every text in memory. #}
{% macro not_kept() -%}
    {{ return(adapter.dispatch('not_kept', 'rapport')()) }}
{%- endmacro %}

{% macro duckdb__not_kept() -%}
    not materialized
{%- endmacro %}

{# The rows of a table whose keys are in another table. #}
{% macro rows_touched(relation, changes, keys) -%}
    {{ return(adapter.dispatch('rows_touched', 'rapport')(relation, changes, keys)) }}
{%- endmacro %}

{% macro duckdb__rows_touched(relation, changes, keys) -%}
    {#- It finds the rowids by the keys first. If few of ten million posts match, this reads a tenth of what a semi
        join of whole rows reads. They are inner joins, because DuckDB expects few rows from these; from a semi join it
        expects a fifth of the table, and may swap its sides. -#}
    (
        select present.*
        from (
            select distinct present.rowid as touched_row
            from {{ relation }} as present inner join {{ changes }} using ({{ keys | join(', ') }})
        ) as touched
        inner join {{ relation }} as present on touched.touched_row = present.rowid
    )
{%- endmacro %}
