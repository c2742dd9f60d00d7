{# The Monday (UTC) of a moment's ISO week. #}
{% macro week_start(moment) -%}
    cast(date_trunc('week', {{ moment }}) as date)
{%- endmacro %}

{# ISO weeks counted from Monday 1970-01-05, so that whole weeks between two are a subtraction. #}
{% macro week_number(week_start_date) -%}
    cast(floor({{ days_between("date '1970-01-05'", week_start_date) }} / 7e0) as integer)
{%- endmacro %}

{% macro week_of_number(week_number) -%}
    cast(date '1970-01-05' + cast(7 * ({{ week_number }}) as integer) as date)
{%- endmacro %}

{# So many weeks, the present one among them: how many lie before it. #}
{% macro weeks_before(setting, and_setting=none) -%}
    {#- sqlfluff reads this without dbt, where a setting is no number -#}
    {{ definition(setting) | int(1) + (definition(and_setting) | int(1) if and_setting else 0) - 1 }}
{%- endmacro %}

{# A row for each number of quiet weeks after which a stage may be lowered (once more), until the tie sleeps. #}
{% macro quiet_stretches() -%}
    {#- sqlfluff reads this without dbt, where a setting is no number -#}
    {%- set step = definition('step_down_weeks') | int(4) -%}
    (
        select {{ step }} * stretch_number as quiet_weeks
        from (
            select {{ number_series(0, (definition('dormant_weeks') | int(13) - 1) // step) }} as stretch_number
        ) as stretch_numbers
    )
{%- endmacro %}
