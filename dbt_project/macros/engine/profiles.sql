{#
  What a profile says of other accounts, out of the own object of a network that verifies links: where its fields lead,
  and which of these links the network has verified (the page there leads back); and the account that it has moved to.
#}
{% macro profile_links(payload, is_verified=false) -%}
    {{ return(adapter.dispatch('profile_links', 'rapport')(payload, is_verified)) }}
{%- endmacro %}

{% macro duckdb__profile_links(payload, is_verified=false) -%}
    list_transform(
        list_filter(
            from_json(json_extract({{ payload }}, '$.fields'), '["json"]'),
            lambda one: contains(json_extract_string(one, '$.value'), 'href="')
            {{ "and json_extract_string(one, '$.verified_at') is not null" if is_verified }}
        ),
        lambda one: regexp_extract(json_extract_string(one, '$.value'), 'href="([^"]+)"', 1)
    )
{%- endmacro %}

{# The handle name@host that its owner has moved to. `acct` names no host where it is the server's own. #}
{% macro moved_to(payload) -%}
    {{ return(adapter.dispatch('moved_to', 'rapport')(payload)) }}
{%- endmacro %}

{% macro duckdb__moved_to(payload) -%}
    case
        when contains(json_extract_string({{ payload }}, '$.moved.acct'), '@')
            then json_extract_string({{ payload }}, '$.moved.acct')
        else json_extract_string({{ payload }}, '$.moved.acct') || '@'
            || regexp_extract(json_extract_string({{ payload }}, '$.moved.url'), '^https?://([^/]+)', 1)
    end
{%- endmacro %}

{# The addresses that a text names with https:// before them, or with a path. #}
{% macro addresses_in(text) -%}
    {{ return(adapter.dispatch('addresses_in', 'rapport')(text)) }}
{%- endmacro %}

{% macro duckdb__addresses_in(text) -%}
    list_concat(
        regexp_extract_all({{ text }}, 'https?://([^\s<>"()]+)', 1),
        regexp_extract_all({{ text }}, '(?:^|[\s(])((?:[A-Za-z0-9-]+\.)+[A-Za-z]+/[^\s<>"()]+)', 1)
    )
{%- endmacro %}
