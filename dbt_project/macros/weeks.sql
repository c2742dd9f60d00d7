{# The Monday (UTC) of a moment's ISO week. #}
{% macro week_start(moment) -%}
    cast(date_trunc('week', {{ moment }}) as date)
{%- endmacro %}

{# The number of an ISO week, counted from Monday 1970-01-05: the difference of two is the weeks between them. #}
{% macro week_number(week_start_date) -%}
    cast(floor({{ days_between("date '1970-01-05'", week_start_date) }} / 7e0) as integer)
{%- endmacro %}

{# The Monday of the week with that number. #}
{% macro week_of_number(week_number) -%}
    cast(date '1970-01-05' + cast(7 * ({{ week_number }}) as integer) as date)
{%- endmacro %}

{# For a window of so many weeks, the current one included: how many weeks it goes back. #}
{% macro weeks_before(setting, and_setting=none) -%}
    {#- sqlfluff reads this without dbt, where a setting is no number -#}
    {{ definition(setting) | int(1) + (definition(and_setting) | int(1) if and_setting else 0) - 1 }}
{%- endmacro %}

{# Row by row, after how many quiet weeks a stage may go down: each step_down_weeks, until the tie is dormant. #}
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

{# The Monday of the week in which the first of the networks began: there are no earlier weeks. #}
{% macro first_week_of_networks() -%}
    {%- set began -%}
        least(
            {%- for name in var('networks') %} date '{{ var('networks')[name].began_date }}', {%- endfor %} current_date
        )
    {%- endset -%}
    {{ week_start(began) }}
{%- endmacro %}
