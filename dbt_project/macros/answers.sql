{# When the answers of a week (by `week_number`) are settled: then the last of its addresses can't be answered promptly
   any more. #}
{% macro answers_settled_at() -%}
    {{ start_of(week_of_number('week_number + 1')) }} + interval '{{ definition('prompt_answer_hours') }}' hour
{%- endmacro %}

{# A count of a week by the hours of its client; null for one without hours. #}
{% macro by_hours(counted, weeks='weeks') -%}
    case when {{ weeks }}.working_day_minutes is not null then coalesce({{ counted }}, 0) end
{%- endmacro %}

{# The share of due addresses that got a prompt answer; null if none was due. #}
{% macro answered_share(answered_count, due_count) -%}
    {{ answered_count }} / nullif({{ due_count }}, 0)
{%- endmacro %}
