{#
  Does a text ask something? A question mark of any script outside of links; Greek asks with a semicolon.
  Latin ?, Arabic ؟, full width ？, Armenian ՞, Greek U+037E, Ethiopic ፧, Vai ꘏, doubled forms.
#}
{% macro is_question(text, lang) -%}
    {{ return(adapter.dispatch('is_question', 'rapport')(text, lang)) }}
{%- endmacro %}

{% macro duckdb__is_question(text, lang) -%}
    coalesce(
        regexp_matches(
            {{ without_links(text) }},
            '[?\x{037E}\x{055E}\x{061F}\x{1367}\x{2047}-\x{2049}\x{2CFA}\x{2E2E}\x{A60F}\x{FE16}\x{FE56}\x{FF1F}]'
        )
        or ({{ lang }} = 'el' and regexp_matches({{ text }}, ';\s*$')),
        false
    )
{%- endmacro %}

{# How long the leading run of @handles is: inherited from the thread in a reply, nobody typed it. #}
{% macro leading_handles_length(text) -%}
    {{ return(adapter.dispatch('leading_handles_length', 'rapport')(text)) }}
{%- endmacro %}

{% macro duckdb__leading_handles_length(text) -%}
    length(regexp_extract({{ text }}, '^(?:\s*@[A-Za-z0-9_]+)*'))
{%- endmacro %}

{# A text without its links: what stands in an address was not said. #}
{% macro without_links(text) -%}
    {{ return(adapter.dispatch('without_links', 'rapport')(text)) }}
{%- endmacro %}

{% macro duckdb__without_links(text) -%}
    {#- asking whether there is any is many times cheaper than looking for where it ends -#}
    case
        when contains({{ text }}, '://') then regexp_replace({{ text }}, 'https?://\S+', '', 'g') else {{ text }}
    end
{%- endmacro %}

{# The hashtags of a text in lower case, without the sign; one of digits alone is a number, no topic. #}
{% macro hashtags(text) -%}
    {{ return(adapter.dispatch('hashtags', 'rapport')(text)) }}
{%- endmacro %}

{% macro duckdb__hashtags(text) -%}
    case
        when contains({{ text }}, '#') or contains({{ text }}, '＃')
            then list_filter(
                regexp_extract_all(lower({{ without_links(text) }}), '[#＃]([\p{L}\p{M}\p{N}_]+)', 1),
                lambda tag: not regexp_full_match(tag, '[\p{N}_]+')
            )
    end
{%- endmacro %}

{# Does the text hold these words, as words of their own and in any case? #}
{% macro holds_words(text, words) -%}
    {{ return(adapter.dispatch('holds_words', 'rapport')(text, words)) }}
{%- endmacro %}

{% macro duckdb__holds_words(text, words) -%}
    regexp_matches(
        lower({{ without_links(text) }}),
        '(^|[^\p{L}\p{M}\p{N}])' || regexp_escape(lower({{ words }})) || '([^\p{L}\p{M}\p{N}]|$)'
    )
{%- endmacro %}
