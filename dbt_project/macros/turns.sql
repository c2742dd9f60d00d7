{# Whether somebody came back to a conversation, by how many turns they took in it. #}
{% macro is_returner(turn_count) -%}
    {{ turn_count }} >= {{ definition('returner_turns') }}
{%- endmacro %}
