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

{#
  The stage of each pair of client and person from week to week: stage_rank at the end of a week, and rank_before. `weeks`
  is a step of the query with the pairs' rows, numbered by `place`, and what the rules below go by. An engine walks by a
  recursion, a week of all pairs a step, or folds each pair's list of weeks.
#}
{% macro walked_stages(weeks) -%}
    {{ return(adapter.dispatch('walked_stages', 'rapport')(weeks)) }}
{%- endmacro %}

{% macro duckdb__walked_stages(weeks) -%}
    {#- In the first row of a pair somebody has addressed somebody, so it is at its entitled stage at once. -#}
    with recursive so_far as (
        select
            client_id,
            person_id,
            place,
            entitled_rank as stage_rank,
            {{ stage_rank('stranger') }} as rank_before,
            cast(null as integer) as stepped_down_week
        from {{ weeks }}
        where place = 1
        union all
        select
            now.client_id,
            now.person_id,
            now.place,
            {{ rank_after('so_far', 'now') }} as stage_rank,
            so_far.stage_rank as rank_before,
            {{ stepped_down_week_after('so_far', 'now') }} as stepped_down_week
        from so_far
        inner join {{ weeks }} as now
            on so_far.client_id = now.client_id
                and so_far.person_id = now.person_id
                and so_far.place + 1 = now.place
    )

    select
        client_id,
        person_id,
        place,
        stage_rank,
        rank_before
    from so_far
{%- endmacro %}

{# The rank at the end of a week `now`, after the weeks `so_far`. #}
{% macro rank_after(so_far, now) -%}
    case
        when {{ so_far }}.stage_rank = {{ stage_rank('dormant') }} and {{ now }}.week_exchange_count = 0
            then {{ stage_rank('dormant') }}
        when {{ now }}.is_dormant then {{ stage_rank('dormant') }}
        when {{ now }}.entitled_rank >= {{ so_far }}.stage_rank then {{ now }}.entitled_rank
        when {{ is_step_down(so_far, now) }} then {{ so_far }}.stage_rank - 1
        else {{ so_far }}.stage_rank
    end
{%- endmacro %}

{# The week in which the stage last went down a step, by then. #}
{% macro stepped_down_week_after(so_far, now) -%}
    case
        when {{ is_step_down(so_far, now) }} then {{ now }}.week_number
        else {{ so_far }}.stepped_down_week
    end
{%- endmacro %}

{% macro is_step_down(so_far, now) -%}
    {{ so_far }}.stage_rank > {{ now }}.entitled_rank
    and not {{ now }}.is_dormant
    and {{ now }}.may_step_down
    and coalesce({{ now }}.week_number - {{ so_far }}.stepped_down_week >= {{ definition('step_down_weeks') }}, true)
{%- endmacro %}
