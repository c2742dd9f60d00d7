{# Captured replies divided by the network's count of replies, at most 1; null if the network gave no count. #}
{% macro completeness(captured_reply_count, reported_reply_count) -%}
    case
        when {{ reported_reply_count }} is null then null
        when {{ reported_reply_count }} <= {{ captured_reply_count }} then 1e0
        else {{ captured_reply_count }} / {{ reported_reply_count }}
    end
{%- endmacro %}

{# Whether enough of a conversation was captured for it to enter averages; false if it is not known. #}
{% macro is_complete_enough(completeness) -%}
    coalesce({{ completeness }} >= {{ definition('completeness_threshold') }}, false)
{%- endmacro %}
