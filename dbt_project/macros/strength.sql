{# The weight of an address of some kind, when it is new. #}
{% macro kind_weight(kind) -%}
    case {{ kind }}
        when 'reply' then {{ definition('reply_weight') }}
        when 'message' then {{ definition('message_weight') }}
        when 'quote' then {{ definition('quote_weight') }}
        else {{ definition('mention_weight') }}
    end
{%- endmacro %}

{#
  The strength of a tie at a moment: the weights of all its addresses until then, each halved for every half-life of its
  age. Decimals, so that the sum does not depend on the order of rows, with as many digits as two engines' powers agree on.
#}
{% macro strength(weight, occurred_at, as_of_at) -%}
    cast(sum(
        cast(
            cast({{ weight }} as double)
            * pow(5e-1, {{ seconds_between(occurred_at, as_of_at) }} / 86400e0 / {{ definition('half_life_days') }})
            as decimal(18, 12)
        )
    ) as double)
{%- endmacro %}
