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

{# The Monday of the week in which the first of the networks began: there are no earlier weeks. Made of what they declare. #}
{% macro first_week_of_networks() -%}
    {%- set began -%}
        least(
            {%- for name in var('networks') %} date '{{ var('networks')[name].began_date }}', {%- endfor %} current_date
        )
    {%- endset -%}
    {{ week_start(began) }}
{%- endmacro %}
