{#
  Whether a text asks something: it has a question mark of any script outside of its links. Greek asks with a semicolon.
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

{#
  The length of the @handles at the beginning of a text. In a reply they come from the thread; nobody typed them. The sign
  may be wide (＠), and between them may stand any white space (U+00A0, U+3000) and signs of direction (U+200F, U+2066).
#}
{% macro leading_handles_length(text) -%}
    {{ return(adapter.dispatch('leading_handles_length', 'rapport')(text)) }}
{%- endmacro %}

{% macro duckdb__leading_handles_length(text) -%}
    length(regexp_extract({{ text }}, '^(?:[\s\p{Z}\p{Cf}]*[@＠][A-Za-z0-9_]+)*'))
{%- endmacro %}

{# A text without its links: what is in a link was not said. #}
{% macro without_links(text) -%}
    {{ return(adapter.dispatch('without_links', 'rapport')(text)) }}
{%- endmacro %}

{% macro duckdb__without_links(text) -%}
    {#- to ask first whether there is a link at all is many times cheaper -#}
    case
        when contains({{ text }}, '://') then regexp_replace({{ text }}, 'https?://\S+', '', 'g') else {{ text }}
    end
{%- endmacro %}

{# The hashtags of a text as they are spelled, without the sign. Digits alone are a number and no topic. #}
{% macro hashtags(text) -%}
    {{ return(adapter.dispatch('hashtags', 'rapport')(text)) }}
{%- endmacro %}

{% macro duckdb__hashtags(text) -%}
    case
        when contains({{ text }}, '#') or contains({{ text }}, '＃')
            then list_filter(
                regexp_extract_all({{ without_links(text) }}, '[#＃]([\p{L}\p{M}\p{N}_]+)', 1),
                lambda tag: not regexp_full_match(tag, '[\p{N}_]+')
            )
    end
{%- endmacro %}

{# Whether the text contains these words: as whole words, whatever their case. #}
{% macro holds_words(text, words) -%}
    {{ return(adapter.dispatch('holds_words', 'rapport')(text, words)) }}
{%- endmacro %}

{% macro duckdb__holds_words(text, words) -%}
    regexp_matches(
        {{ lower_case(without_links(text)) }},
        '(^|[^\p{L}\p{M}\p{N}])' || regexp_escape({{ lower_case(words) }}) || '([^\p{L}\p{M}\p{N}]|$)'
    )
{%- endmacro %}
