{# Whether an address had a prompt answer by a moment: one given later is not known yet. #}
{% macro is_answered_promptly(answers, as_of_at) -%}
    {{ answers }}.answered_at < {{ as_of_at }} and {{ answers }}.answer_hours <= {{ definition('prompt_answer_hours') }}
{%- endmacro %}

{# Whether it can be judged by then: answered, or the time for a prompt answer is over. #}
{% macro is_answer_due(answers, as_of_at) -%}
    (
        {{ answers }}.answered_at < {{ as_of_at }}
        or {{ answers }}.occurred_at + interval '{{ definition('prompt_answer_hours') }}' hour <= {{ as_of_at }}
    )
{%- endmacro %}

{# Which part of the addresses that were due had a prompt answer; null where none was due. #}
{% macro answered_share(answered_count, due_count) -%}
    {{ answered_count }} / nullif({{ due_count }}, 0)
{%- endmacro %}
