{#
  The comment of a published column, as tools show it: its description, what it means and what it does not mean, its
  unit, its grain and its AMEC level. Definitions appear with their values. Markdown signs are removed, as tools do not
  render them.
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

{# dbt's own macro, with these comments instead of the plain descriptions. #}
{% macro default__persist_docs(relation, model, for_relation, for_columns) -%}
    {% set told = {} %}
    {% for name, column in model.columns.items() %}
        {% do told.update({name: dict(column, description=column_comment(column))}) %}
    {% endfor %}
    {% set described = dict(model, columns=told, description=with_definitions(model.description)) %}
    {% do dbt.default__persist_docs(relation, described, for_relation, for_columns) %}
{%- endmacro %}
