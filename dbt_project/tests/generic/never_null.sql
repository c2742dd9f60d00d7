{# For each of the columns, how many rows have no value in it. One query for all of them. #}
{% test never_null(model, columns) %}
with lacking as (
    select
        {% for column in columns %}
            count(*) - count({{ column }}) as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ model }}
)

{% for column in columns %}
    select
        '{{ column }}' as column_name,
        {{ column }} as row_count
    from lacking
    where {{ column }} > 0
    {{ 'union all' if not loop.last }}
{% endfor %}
{% endtest %}
