{# Whether a stream is one that every run fetches for each account of ours: these have to reach to the data's end. #}
{% macro is_expected_stream(network, stream) -%}
    {{ _is_stream_of('expected_streams', network, stream) }}
{%- endmacro %}

{# Whether posts of conversations are missing where a stream was not fetched. #}
{% macro is_conversation_stream(network, stream) -%}
    {{ _is_stream_of('conversation_streams', network, stream) }}
{%- endmacro %}

{# Whether a stream looks up what the home holds, whichever client it was fetched for. #}
{% macro is_house_stream(network, stream) -%}
    {{ _is_stream_of('house_streams', network, stream) }}
{%- endmacro %}

{% macro _is_stream_of(names, network, stream) -%}
    (
        {%- for name in var('networks') %}
            {%- set streams = var('networks')[name][names] %}
            ({{ network }} = '{{ name }}' and {{ stream }} in ('{{ streams | join("', '") }}'))
            {{- ' or' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{# The stream of a network that brings the replies in conversations. #}
{% macro replies_stream(network) -%}
    case {{ network }}
        {%- for name in var('networks') %}
            when '{{ name }}' then '{{ var('networks')[name].replies_stream }}'
        {%- endfor %}
    end
{%- endmacro %}

{#
  The rows of all networks in one table: a union of their staging models, with the columns that the model's own .yml
  lists. It is an error if one of them lacks a column. The networks are those of rapport/networks.py; modelling/dbt.py
  hands them over with every run.
#}
{% macro of_every_network(things) -%}
    {%- for network in var('networks') %}
        select {{ model.columns | join(', ') if model is defined else '*' }}
        from {{ ref('stg_' ~ network ~ '__' ~ things) }}
        {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# The node of such a union, which is part of the models that read it and no table; none for anything else. #}
{% macro union_of(relation) -%}
    {#- sqlfluff reads this without dbt, where there is no graph -#}
    {%- for node in (graph.nodes if graph is defined else {}).values() | selectattr('resource_type', 'equalto', 'model') -%}
        {%- if 'networks' in node.fqn and (relation.identifier | default('')).endswith('__cte__' ~ node.name) -%}
            {{- return(node) -}}
        {%- endif -%}
    {%- endfor -%}
    {{- return(none) -}}
{%- endmacro %}

{# The rows of a table whose keys are in another table; of a union, the rows of each of its tables. #}
{% macro rows_touched_of_all(relation, changes, keys) -%}
    {%- set union = union_of(relation) -%}
    {%- if union -%}
        (
            {%- for unique_id in union.depends_on.nodes %}
                select {{ union.columns | join(', ') }}
                from {{ rows_touched(graph.nodes[unique_id].relation_name, changes, keys) }} as rows_of_network
                {{ 'union all' if not loop.last }}
            {%- endfor %}
        )
    {%- else -%}
        {{ rows_touched(relation, changes, keys) }}
    {%- endif -%}
{%- endmacro %}
