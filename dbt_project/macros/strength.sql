{#
  What an address still weighs at a moment: its weight, halved for every half-life of its age. As a decimal, so that a
  sum of many is the same whatever their order.
#}
{% macro faded_weight(weight, occurred_at, as_of_at) -%}
    cast(
        cast({{ weight }} as double)
        * pow(5e-1, {{ seconds_between(occurred_at, as_of_at) }} / 86400e0 / {{ definition('half_life_days') }})
        as decimal(18, 15)
    )
{%- endmacro %}

{# What one address weighs by its kind, before any of it fades. #}
{% macro kind_weight(kind) -%}
    case {{ kind }}
        when 'reply' then {{ definition('reply_weight') }}
        when 'message' then {{ definition('message_weight') }}
        when 'quote' then {{ definition('quote_weight') }}
        else {{ definition('mention_weight') }}
    end
{%- endmacro %}

{# How strong a tie is at a moment: what all its addresses by then still weigh. #}
{% macro strength(weight, occurred_at, as_of_at) -%}
    cast(sum({{ faded_weight(weight, occurred_at, as_of_at) }}) as double)
{%- endmacro %}
