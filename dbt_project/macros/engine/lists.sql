{# The values of a group as a list, sorted by some keys, or by themselves; what they are sorted by is never null. #}
{% macro sorted_list(value, keys=none) -%}
    {{ return(adapter.dispatch('sorted_list', 'rapport')(value, keys)) }}
{%- endmacro %}

{% macro duckdb__sorted_list(value, keys=none) -%}
    list({{ value }} order by {{ keys or value }})
{%- endmacro %}

{# The values of a group in one or several columns as a sorted list, each once and without nulls. #}
{% macro distinct_sorted_list(values, condition='true') -%}
    {{ return(adapter.dispatch('distinct_sorted_list', 'rapport')(values, condition)) }}
{%- endmacro %}

{% macro duckdb__distinct_sorted_list(values, condition='true') -%}
    list_sort(list_distinct(flatten(list([{{ values | join(', ') }}]) filter (where {{ condition }}))))
{%- endmacro %}

{# The values of a group as one text, sorted and each once. #}
{% macro distinct_joined(value, separator) -%}
    {{ return(adapter.dispatch('distinct_joined', 'rapport')(value, separator)) }}
{%- endmacro %}

{% macro duckdb__distinct_joined(value, separator) -%}
    string_agg(distinct {{ value }}, '{{ separator }}' order by {{ value }})
{%- endmacro %}

{# How often each value occurs in a group, as a map. #}
{% macro counts_by(value) -%}
    {{ return(adapter.dispatch('counts_by', 'rapport')(value)) }}
{%- endmacro %}

{% macro duckdb__counts_by(value) -%}
    cast(histogram({{ value }}) as map(varchar, bigint))
{%- endmacro %}

{# A row for each item of a list; none for an empty one. #}
{% macro each_of(list) -%}
    {{ return(adapter.dispatch('each_of', 'rapport')(list)) }}
{%- endmacro %}

{% macro duckdb__each_of(list) -%}
    unnest({{ list }})
{%- endmacro %}

{# How many items a list has; null for no list. #}
{% macro list_length(list) -%}
    {{ return(adapter.dispatch('list_length', 'rapport')(list)) }}
{%- endmacro %}

{% macro duckdb__list_length(list) -%}
    len({{ list }})
{%- endmacro %}

{# The first item of a list. #}
{% macro first_item(list) -%}
    {{ return(adapter.dispatch('first_item', 'rapport')(list)) }}
{%- endmacro %}

{% macro duckdb__first_item(list) -%}
    {{ list }}[1]
{%- endmacro %}

{# An empty list of texts. #}
{% macro empty_list() -%}
    {{ return(adapter.dispatch('empty_list', 'rapport')()) }}
{%- endmacro %}

{% macro duckdb__empty_list() -%}
    cast([] as varchar[])
{%- endmacro %}
