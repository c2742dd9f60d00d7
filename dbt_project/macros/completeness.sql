{# Captured replies divided by the network's count of replies, at most 1; null if the network gave no count. #}
{% macro completeness(captured_reply_count, reported_reply_count) -%}
    case
        when {{ reported_reply_count }} is null then null
        when {{ reported_reply_count }} <= {{ captured_reply_count }} then 1e0
        else {{ captured_reply_count }} / {{ reported_reply_count }}
    end
{%- endmacro %}

{#
  How many replies a conversation has by the network's counts, `counted` being their sum. Where some of its posts have no
  count, nobody knows: only if the others lack replies is it known that there are at least these more (`below_uncounted`:
  those captured that answer a post without a count).
#}
{% macro known_replies(counted, captured, below_uncounted, uncounted_post_count) -%}
    case
        when {{ uncounted_post_count }} = 0 then {{ counted }}
        when {{ counted }} + coalesce({{ below_uncounted }}, 0) > {{ captured }}
            then {{ counted }} + coalesce({{ below_uncounted }}, 0)
    end
{%- endmacro %}

{# Whether enough of a conversation was captured for it to enter averages; false if it is not known. #}
{% macro is_complete_enough(completeness, uncounted_post_count) -%}
    coalesce(
        {{ completeness }} >= {{ definition('completeness_threshold') }} and {{ uncounted_post_count }} = 0, false
    )
{%- endmacro %}
