{# Captured replies by the network's own count, at most 1; null where it gave none. #}
{% macro completeness(captured_reply_count, reported_reply_count) -%}
    case
        when {{ reported_reply_count }} is null then null
        when {{ reported_reply_count }} <= {{ captured_reply_count }} then 1e0
        else {{ captured_reply_count }} / {{ reported_reply_count }}
    end
{%- endmacro %}

{# Whether enough of a conversation was captured for it to enter averages: not where nobody counted. #}
{% macro is_complete_enough(completeness) -%}
    coalesce({{ completeness }} >= {{ definition('completeness_threshold') }}, false)
{%- endmacro %}
