{#
  Whether a stream is one of those that its network declares by this name, such as `talk_streams`: rapport/networks.py says
  what each name means.
#}
{% macro is_stream_of(names, network, stream) -%}
    (
        {%- for name in var('networks') %}
            {%- set streams = var('networks')[name][names] %}
            ({{ network }} = '{{ name }}' and {{ stream }} in ('{{ streams | join("', '") }}'))
            {{- ' or' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{# The stream of a network that brings the replies in conversations. Made of what networks declare. #}
{% macro replies_stream(network) -%}
    case {{ network }}
        {%- for name in var('networks') %}
            when '{{ name }}' then '{{ var('networks')[name].replies_stream }}'
        {%- endfor %}
    end
{%- endmacro %}

{# Where a network stands among those that are declared: of two names, that on the first of them is shown. #}
{% macro network_place(network) -%}
    {#- sqlfluff reads this without dbt, where no network is declared -#}
    {%- set networks = var('networks') if var('networks') is mapping else {'': {}} -%}
    case {{ network }}
        {%- for name in networks %}
            when '{{ name }}' then {{ loop.index }}
        {%- endfor %}
    end
{%- endmacro %}

{# Whether the declaration of a network says so: `inherits_handles`, `counts_replies` and the like. #}
{% macro is_network_that(says, network) -%}
    {#- sqlfluff reads this without dbt, where no network is declared -#}
    {%- set networks = var('networks') if var('networks') is mapping else {} -%}
    {#- the tests of the checks read this with jinja alone, which knows no `do` -#}
    {%- set found = namespace(names=[]) -%}
    {%- for name, declared in networks.items() if declared[says] -%}
        {%- set found.names = found.names + [name] -%}
    {%- endfor -%}
    {%- if found.names | length == networks | length -%}
        true
    {%- else -%}
        {{ network }} in ('{{ found.names | join("', '") }}')
    {%- endif -%}
{%- endmacro %}

{# A count of replies, where it says how many there are to be captured. Elsewhere nobody knows. #}
{% macro proving_count(network, reply_count) -%}
    case when {{ is_network_that('counts_replies', network) }} then {{ reply_count }} end
{%- endmacro %}

{# The network from which a bridge has copied an account, as its handle says; null for an account of its own. #}
{% macro copied_from(network, handle) -%}
    case
        {%- for bridge in var('bridges') %}
            when {{ network }} = '{{ bridge.network }}' and {{ lower_case(handle) }} like '%{{ bridge.ending }}'
                then '{{ bridge.source }}'
        {%- else %}
            when true then cast(null as string)
        {%- endfor %}
    end
{%- endmacro %}

{# A text in which {handle}, {id}, {name} and {host} stand for those of an account, in small letters. #}
{% macro filled(pattern, handle, id) -%}
    {%- set parts = {
        'handle': handle,
        'id': id,
        'name': "regexp_extract(" ~ handle ~ ", '^([^@]*)', 1)",
        'host': "regexp_extract(" ~ handle ~ ", '@(.*)$', 1)",
    } -%}
    {%- set found = namespace(pattern="'" ~ pattern ~ "'") -%}
    {%- for name, column in parts.items() -%}
        {%- set found.pattern = found.pattern | replace('{' ~ name ~ '}', "' || " ~ lower_case(column) ~ " || '") -%}
    {%- endfor -%}
    {{ found.pattern }}
{%- endmacro %}

{#
  What a network's answer about something asked for means, by the last word of its own type: 'not found', 'hidden' (it is
  there, but not for everybody), or null where it says neither, as of a quote that its author has detached.
#}
{% macro refusal(error_type) -%}
    case
        when {{ error_type }} in ('resource-not-found', 'not-found') then 'not found'
        when {{ error_type }} in ('not-authorized-for-resource', 'blocked', 'account-hidden') then 'hidden'
        when {{ error_type }} in ('deactivated', 'suspended', 'taken-down') then 'hidden'
    end
{%- endmacro %}
