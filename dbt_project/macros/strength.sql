{#
  What an address still weighs at a moment: half as much for every half-life of its age. Decimal, so that a sum
  of many is the same whatever their order.
#}
{% macro faded_weight(weight, occurred_at, as_of_at) -%}
    {{ return(adapter.dispatch('faded_weight', 'rapport')(weight, occurred_at, as_of_at)) }}
{%- endmacro %}

{% macro duckdb__faded_weight(weight, occurred_at, as_of_at) -%}
    cast(
        {{ weight }} * pow(0.5, epoch({{ as_of_at }} - {{ occurred_at }}) / 86400.0 / {{ definition('half_life_days') }})
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
