{# The rank of a stage: a higher one is closer. Dormant ranks below every stage but stranger. #}
{% macro stage_rank(stage) -%}
    {{ {
        'stranger': -1, 'dormant': 0, 'noticed': 1, 'acquainted': 2, 'conversing': 3, 'connected': 4,
    }[stage] }}
{%- endmacro %}

{# Whether somebody at that stage is a close tie. #}
{% macro is_close(stage) -%}
    {{ stage }} in ('conversing', 'connected')
{%- endmacro %}

{# The name of the stage with that rank. #}
{% macro stage_name(rank) -%}
    case {{ rank }}
        {%- for stage in ['stranger', 'dormant', 'noticed', 'acquainted', 'conversing', 'connected'] %}
            when {{ stage_rank(stage) }} then '{{ stage }}'
        {%- endfor %}
    end
{%- endmacro %}
