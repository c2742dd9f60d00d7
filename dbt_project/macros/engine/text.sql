{# What stands at a path of a JSON object, as text. #}
{% macro json_text(json, path) -%}
    {{ return(adapter.dispatch('json_text', 'rapport')(json, path)) }}
{%- endmacro %}

{% macro duckdb__json_text(json, path) -%}
    json_extract_string({{ json }}, '{{ path }}')
{%- endmacro %}

{# Whether a pattern describes the whole text. #}
{% macro fully_matches(text, pattern) -%}
    {{ return(adapter.dispatch('fully_matches', 'rapport')(text, pattern)) }}
{%- endmacro %}

{% macro duckdb__fully_matches(text, pattern) -%}
    regexp_full_match({{ text }}, '{{ pattern }}')
{%- endmacro %}

{# A text in which any run of white space is one blank. #}
{% macro single_spaced(text) -%}
    {{ return(adapter.dispatch('single_spaced', 'rapport')(text)) }}
{%- endmacro %}

{% macro duckdb__single_spaced(text) -%}
    regexp_replace({{ text }}, '\s+', ' ', 'g')
{%- endmacro %}

{# The parts of a text between separators, as a list. #}
{% macro split_text(text, separator) -%}
    {{ return(adapter.dispatch('split_text', 'rapport')(text, separator)) }}
{%- endmacro %}

{% macro duckdb__split_text(text, separator) -%}
    string_split({{ text }}, '{{ separator }}')
{%- endmacro %}

{# Null, of the type of texts and ids. #}
{% macro no_text() -%}
    {{ return(adapter.dispatch('no_text', 'rapport')()) }}
{%- endmacro %}

{% macro duckdb__no_text() -%}
    cast(null as varchar)
{%- endmacro %}
