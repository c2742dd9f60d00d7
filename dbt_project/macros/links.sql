{# The address of a post, from the declaration of its network; null for an unknown network. #}
{% macro post_url(network, post_id) -%}
    {#- sqlfluff reads this without dbt, where no network is declared -#}
    {%- set networks = var('networks') if var('networks') is mapping else {'': {'post_url': ''}} -%}
    case {{ network }}
        {%- for name, declared in networks.items() %}
            {%- set in_url = namespace(id=post_id) %}
            {%- for text, instead in declared.id_in_post_url or [] %}
                {%- set in_url.id = "replace(" ~ in_url.id ~ ", '" ~ text ~ "', '" ~ instead ~ "')" %}
            {%- endfor %}
            when '{{ name }}' then '{{ declared.post_url.replace('{id}', "' || " ~ in_url.id ~ " || '") }}'
        {%- endfor %}
    end
{%- endmacro %}
