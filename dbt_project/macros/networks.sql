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

{# Whether the declaration of a network says so: `inherits_handles`, `counts_replies`. #}
{% macro is_network_that(says, network) -%}
    {#- sqlfluff reads this without dbt, where no network is declared -#}
    {%- set networks = var('networks') if var('networks') is mapping else {} -%}
    {%- set names = [] -%}
    {%- for name, declared in networks.items() if declared[says] -%}
        {%- do names.append(name) -%}
    {%- endfor -%}
    {%- if names | length == networks | length -%}
        true
    {%- else -%}
        {{ network }} in ('{{ names | join("', '") }}')
    {%- endif -%}
{%- endmacro %}

{# A count of replies, where it says how many there are to be captured. Elsewhere nobody knows. #}
{% macro proving_count(network, reply_count) -%}
    case when {{ is_network_that('counts_replies', network) }} then {{ reply_count }} end
{%- endmacro %}
