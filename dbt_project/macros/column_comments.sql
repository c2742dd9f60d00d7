{#
  What a tool shows beside a published column: its description, then what it means and what it does not, its unit, its
  grain and its AMEC level. Definitions are told with their values; signs of markdown are left out: no tool shows them
  as such.
#}
{% macro column_comment(column) -%}
    {% set told = [column.description] %}
    {% set meta = column.config.meta if column.config and column.config.meta else {} %}
    {% if meta.means %}
        {% do told.extend(['Means: ' ~ meta.means, meta.means_not]) %}
        {% do told.append('(' ~ meta.unit ~ '; per ' ~ meta.grain ~ '; ' ~ meta.amec_level ~ ')') %}
    {% endif %}
    {{ return(with_definitions(told | join(' ')).replace('*', '').replace('`', '').split() | join(' ')) }}
{%- endmacro %}

{# dbt's own, with these comments in place of the bare descriptions. #}
{% macro default__persist_docs(relation, model, for_relation, for_columns) -%}
    {% set told = {} %}
    {% for name, column in model.columns.items() %}
        {% do told.update({name: dict(column, description=column_comment(column))}) %}
    {% endfor %}
    {% set described = dict(model, columns=told, description=with_definitions(model.description)) %}
    {% do dbt.default__persist_docs(relation, described, for_relation, for_columns) %}
{%- endmacro %}
