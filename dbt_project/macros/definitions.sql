{# The value of a definition of dbt_project.yml; a variable of its own name goes before it (--vars, unit tests). #}
{% macro definition(name) -%}
    {{ return(var(name, var('definitions')[name]['value'])) }}
{%- endmacro %}

{# The value as a sentence says it: "13 weeks"; a share or a weight is a number alone. #}
{% macro definition_in_words(name) -%}
    {% set unit = var('definitions')[name]['unit'] %}
    {% set number = (definition(name) ~ '').removesuffix('.0') %}
    {{ return(number if unit in ('share', 'weight', 'nearness') else number ~ ' ' ~ unit) }}
{%- endmacro %}

{# A description, with each *name* of a definition replaced by its value: what a reader sees. #}
{% macro with_definitions(text) -%}
    {% set described = namespace(text=text) %}
    {% for name in var('definitions') if '*' in text and '*' ~ name ~ '*' in text %}
        {% set described.text = described.text.replace('*' ~ name ~ '*', definition_in_words(name)) %}
    {% endfor %}
    {{ return(described.text) }}
{%- endmacro %}
