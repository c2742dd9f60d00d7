{% for name in var('definitions') %}
    {%- set entry = var('definitions')[name] %}
    {{ 'union all' if not loop.first }}
    select
        '{{ name }}' as name,
        cast({{ definition(name) }} as double) as value,
        '{{ entry['unit'] }}' as unit,
        '{{ entry['reason'] | replace("'", "''") }}' as reason,
        '{{ entry['range'] | join(' to ') }}' as range,
        '{{ entry['outside'] | replace("'", "''") }}' as outside
{% endfor %}
