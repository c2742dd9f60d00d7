{# The way to a post: a handle can change; the id finds the post whatever stands before it. #}
{% macro post_url(post_id) -%}
    'https://x.com/i/web/status/' || {{ post_id }}
{%- endmacro %}
