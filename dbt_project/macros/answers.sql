{# Whether an address had got a prompt answer by a moment. A later answer was not known then. #}
{% macro is_answered_promptly(answers, as_of_at) -%}
    {{ answers }}.answered_at < {{ as_of_at }} and {{ answers }}.answer_hours <= {{ definition('prompt_answer_hours') }}
{%- endmacro %}

{# Whether that can be said at the moment: there is an answer, or the time for a prompt answer is over. #}
{% macro is_answer_due(answers, as_of_at) -%}
    (
        {{ answers }}.answered_at < {{ as_of_at }}
        or {{ answers }}.occurred_at + interval '{{ definition('prompt_answer_hours') }}' hour <= {{ as_of_at }}
    )
{%- endmacro %}

{# The share of due addresses that got a prompt answer; null if none was due. #}
{% macro answered_share(answered_count, due_count) -%}
    {{ answered_count }} / nullif({{ due_count }}, 0)
{%- endmacro %}
