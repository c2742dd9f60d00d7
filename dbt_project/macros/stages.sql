{# Where a stage stands among the others: a higher number is closer. A dormant tie is below all but the stranger. #}
{% macro stage_rank(stage) -%}
    {{ {
        'stranger': -1, 'dormant': 0, 'noticed': 1, 'acquainted': 2, 'conversing': 3, 'connected': 4,
    }[stage] }}
{%- endmacro %}

{# The stage of such a number. #}
{% macro stage_name(rank) -%}
    case {{ rank }}
        {%- for stage in ['stranger', 'dormant', 'noticed', 'acquainted', 'conversing', 'connected'] %}
            when {{ stage_rank(stage) }} then '{{ stage }}'
        {%- endfor %}
    end
{%- endmacro %}
