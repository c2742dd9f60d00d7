{# The value at a path of a JSON object, as text. #}
{% macro json_text(json, path) -%}
    {{ return(adapter.dispatch('json_text', 'rapport')(json, path)) }}
{%- endmacro %}

{% macro duckdb__json_text(json, path) -%}
    json_extract_string({{ json }}, '{{ path }}')
{%- endmacro %}

{# A text with a blank for whatever matches. #}
{% macro without_matches(text, pattern) -%}
    {{ return(adapter.dispatch('without_matches', 'rapport')(text, pattern)) }}
{%- endmacro %}

{% macro duckdb__without_matches(text, pattern) -%}
    regexp_replace({{ text }}, '{{ pattern }}', ' ', 'g')
{%- endmacro %}

{# A text in small letters, as capitals do not matter: İ is i, and a sigma is the same at the end of a word as elsewhere. #}
{% macro lower_case(text) -%}
    {{ return(adapter.dispatch('lower_case', 'rapport')(text)) }}
{%- endmacro %}

{% macro duckdb__lower_case(text) -%}
    replace(lower({{ text }}), 'ς', 'σ')
{%- endmacro %}
