{# The way to a post: a handle can change; the id finds the post whatever stands before it. #}
{% macro post_url(post_id) -%}
    'https://x.com/i/web/status/' || {{ post_id }}
{%- endmacro %}

{# Whose post a repost repeats, by the handle it opens with; empty for another text. #}
{% macro reposted_handle(text) -%}
    lower(regexp_extract({{ text }}, '^RT @([A-Za-z0-9_]+)', 1))
{%- endmacro %}
