{# When the answers of a week (by `week_number`) are settled: then the last of its addresses can't be answered promptly
   any more. #}
{% macro answers_settled_at() -%}
    {{ start_of(week_of_number('week_number + 1')) }} + interval '{{ definition('prompt_answer_hours') }}' hour
{%- endmacro %}

{# How many addresses were answered in time, and of how many that is known: by the clock, and by the client's hours. #}
{% macro answer_counts() -%}
    count(*) filter (where is_answered_within_day) as answered_within_day_count,
        count(*) filter (where is_final) as answer_due_count,
        count(*) filter (where is_answered_within_working_day) as answered_within_working_day_count,
        count(*) filter (where is_final_by_working_day) as working_day_due_count
{%- endmacro %}

{# A count of a week by the hours of its client; null for one without hours. #}
{% macro by_hours(counted, weeks='weeks') -%}
    case when {{ weeks }}.working_day_minutes is not null then coalesce({{ counted }}, 0) end
{%- endmacro %}

{# The share of due addresses that got a prompt answer; null if none was due. #}
{% macro answered_share(answered_count, due_count) -%}
    {{ answered_count }} / nullif({{ due_count }}, 0)
{%- endmacro %}
