{# Seconds from one moment to another, with fractions. #}
{% macro seconds_between(from_at, to_at) -%}
    {{ return(adapter.dispatch('seconds_between', 'rapport')(from_at, to_at)) }}
{%- endmacro %}

{% macro duckdb__seconds_between(from_at, to_at) -%}
    epoch({{ to_at }} - {{ from_at }})
{%- endmacro %}

{# Seconds from one moment to another, both cut to whole seconds. #}
{% macro whole_seconds_between(from_at, to_at) -%}
    {{ return(adapter.dispatch('whole_seconds_between', 'rapport')(from_at, to_at)) }}
{%- endmacro %}

{% macro duckdb__whole_seconds_between(from_at, to_at) -%}
    date_diff('second', {{ from_at }}, {{ to_at }})
{%- endmacro %}

{# Days from one date to another. #}
{% macro days_between(from_date, to_date) -%}
    {{ return(adapter.dispatch('days_between', 'rapport')(from_date, to_date)) }}
{%- endmacro %}

{% macro duckdb__days_between(from_date, to_date) -%}
    ({{ to_date }} - {{ from_date }})
{%- endmacro %}

{# The moment a day begins (UTC, the time zone of every session). #}
{% macro start_of(day) -%}
    {{ return(adapter.dispatch('start_of', 'rapport')(day)) }}
{%- endmacro %}

{% macro duckdb__start_of(day) -%}
    cast({{ day }} as timestamptz)
{%- endmacro %}
