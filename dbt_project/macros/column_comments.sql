{#
  The comment of a published column, as tools show it: its description, what it means and what it does not mean, its
  unit, its grain and its AMEC level. Definitions appear with their values. Markdown signs are removed, as tools do not
  render them.
#}
{% macro column_comment(column) -%}
    {% set parts = [column.description] %}
    {% set meta = column.config.meta if column.config and column.config.meta else {} %}
    {% if meta.means %}
        {% do parts.extend(['Means: ' ~ meta.means, meta.means_not]) %}
        {% do parts.append('(' ~ meta.unit ~ '; per ' ~ meta.grain ~ '; ' ~ meta.amec_level ~ ')') %}
    {% endif %}
    {{ return(with_definitions(parts | join(' ')).replace('*', '').replace('`', '').split() | join(' ')) }}
{%- endmacro %}

{# dbt's own macro, with these comments instead of the plain descriptions. #}
{% macro default__persist_docs(relation, model, for_relation, for_columns) -%}
    {% set columns = {} %}
    {% for name, column in model.columns.items() %}
        {% do columns.update({name: dict(column, description=column_comment(column))}) %}
    {% endfor %}
    {% set described = dict(model, columns=columns, description=with_definitions(model.description)) %}
    {% do dbt.default__persist_docs(relation, described, for_relation, for_columns) %}
{%- endmacro %}
