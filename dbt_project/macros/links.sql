{# The way to a post, as its network is declared; null for a network that is not. #}
{% macro post_url(network, post_id) -%}
    {#- sqlfluff reads this without dbt, where no network is declared -#}
    {%- set networks = var('networks') if var('networks') is mapping else {'': {'post_url': '{id}'}} -%}
    case {{ network }}
        {%- for name, declared in networks.items() %}
            {%- set before_id, after_id = declared.post_url.split('{id}') %}
            when '{{ name }}' then '{{ before_id }}' || {{ post_id }} || '{{ after_id }}'
        {%- endfor %}
    end
{%- endmacro %}

{# Whose post a repost repeats, by the handle it opens with; empty for another text. #}
{% macro reposted_handle(text) -%}
    lower(regexp_extract({{ text }}, '^RT @([A-Za-z0-9_]+)', 1))
{%- endmacro %}
