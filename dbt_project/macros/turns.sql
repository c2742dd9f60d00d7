{# Whether somebody came back to a conversation: they have enough turns in it. #}
{% macro is_returner(turn_count) -%}
    {{ turn_count }} >= {{ definition('returner_turns') }}
{%- endmacro %}

{#
  How evenly turns are shared, by the number of turns of each speaker (Pielou): 1 if all have the same, near 0 if one has
  nearly all, null for a single speaker. Its parts are decimals, so that the sum does not depend on their
  order. It has nine digits: where two engines' logarithms differ, they differ beyond.
#}
{% macro evenness(counts, sum) -%}
    {{ return(adapter.dispatch('evenness', 'rapport')(counts, sum)) }}
{%- endmacro %}

{% macro duckdb__evenness(counts, sum) -%}
    case
        when len({{ counts }}) > 1
            then cast(cast(
                -cast(
                    list_sum(
                        list_transform(
                            {{ counts }},
                            lambda one: cast((one / {{ sum }}) * ln(one / {{ sum }}) as decimal(18, 12))
                        )
                    ) as double
                ) / ln(len({{ counts }})) as decimal(18, 9)
            ) as double)
    end
{%- endmacro %}

{# The median of the minutes between one moment of a sorted list and the next, in whole seconds; null for one moment. #}
{% macro median_gap_minutes(moments) -%}
    {{ return(adapter.dispatch('median_gap_minutes', 'rapport')(moments)) }}
{%- endmacro %}

{% macro duckdb__median_gap_minutes(moments) -%}
    list_median(
        list_transform(
            list_zip({{ moments }}[:-2], {{ moments }}[2:]),
            lambda pair: {{ whole_seconds_between('pair[1]', 'pair[2]') }} / 60e0
        )
    )
{%- endmacro %}
