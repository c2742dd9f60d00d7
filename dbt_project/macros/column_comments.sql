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

{# The statements that describe a table or view and its columns, where its config asks for that. #}
{% macro comments(relation) -%}
    {% set statements = [] %}
    {% if config.persist_relation_docs() and model.description %}
        {% do statements.append('comment on ' ~ relation.type ~ ' ' ~ relation ~ ' is ' ~ quoted(with_definitions(model.description))) %}
    {% endif %}
    {% for column in model.columns.values() if config.persist_column_docs() %}
        {% do statements.append('comment on column ' ~ relation ~ '.' ~ column.name ~ ' is ' ~ quoted(column_comment(column))) %}
    {% endfor %}
    {{ return(statements) }}
{%- endmacro %}

{# A text as an SQL literal. #}
{% macro quoted(text) -%}
    {{ return("'" ~ text.replace("'", "''") ~ "'") }}
{%- endmacro %}
