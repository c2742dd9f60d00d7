{% for name in var('definitions') %}
    {%- set told = var('definitions')[name] %}
    {{ 'union all' if not loop.first }}
    select
        '{{ name }}' as name,
        cast({{ definition(name) }} as double) as value,
        '{{ told['unit'] }}' as unit,
        '{{ told['reason'] | replace("'", "''") }}' as reason,
        '{{ told['range'] | join(' to ') }}' as range,
        '{{ told['outside'] | replace("'", "''") }}' as outside
{% endfor %}
