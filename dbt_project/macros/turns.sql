{# Whether somebody came back to a conversation: they have enough turns in it. #}
{% macro is_returner(turn_count) -%}
    {{ turn_count }} >= {{ definition('returner_turns') }}
{%- endmacro %}
