{# How many rows lack a value in a column that always has one, by column; one look at the table for all. #}
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
