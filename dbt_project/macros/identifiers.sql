{#
  The moment at which an id was made, where the ids of its network hold one (epoch_ms of rapport/networks.py). Null for
  ids of another kind.
#}
{% macro time_in_id(network, id) -%}
    case {{ network }}
        {%- for name in var('networks') if var('networks')[name].epoch_ms %}
            when '{{ name }}' then {{ snowflake_time(id, var('networks')[name].epoch_ms) }}
        {%- else %}
            when null then {{ snowflake_time(id, 0) }}
        {%- endfor %}
    end
{%- endmacro %}

{# The same for one network: milliseconds since its epoch, in the bits above the 22nd of ids from 2^40 on. #}
{% macro snowflake_time(id, epoch_ms) -%}
    {{ return(adapter.dispatch('snowflake_time', 'rapport')(id, epoch_ms)) }}
{%- endmacro %}

{% macro duckdb__snowflake_time(id, epoch_ms) -%}
    case
        when try_cast({{ id }} as ubigint) >= 1099511627776
            then to_timestamp(((try_cast({{ id }} as ubigint) >> 22) + {{ epoch_ms }}) / 1000.0)
    end
{%- endmacro %}

{# An id that stands alone, without a column `network` beside it: each network has ids of its own. #}
{% macro qualified_id(network, id) -%}
    {{ network }} || ':' || {{ id }}
{%- endmacro %}

{#
  The person behind an account: whom the hand-kept list names (`people`: the account's row of int_people__accounts,
  if it has one), else the account, as a person of its own.
#}
{% macro person_of(people, network, account_id) -%}
    coalesce({{ people }}.person_id, {{ qualified_id(network, account_id) }})
{%- endmacro %}

{# Whether a person may be listed: of somebody whose accounts were erased there is nothing to show but an id. #}
{% macro not_erased(person_id) -%}
    {{ person_id }} not in (select gone.person_id from {{ ref('people') }} as gone where gone.is_erased)
{%- endmacro %}

{# Sorts ids as numbers would: they are text of different lengths, so by length first, then by text. #}
{% macro id_order(id) -%}
    length({{ id }}), {{ id }}
{%- endmacro %}

{# The id of the post that a post refers to as replied_to, quoted or retweeted. #}
{% macro reference_id(references, type) -%}
    {{ return(adapter.dispatch('reference_id', 'rapport')(references, type)) }}
{%- endmacro %}

{% macro duckdb__reference_id(references, type) -%}
    list_filter({{ references }}, lambda one: one.type = '{{ type }}')[1].id
{%- endmacro %}

{# Whether a post has such a reference, even one without an id. #}
{% macro has_reference(references, type) -%}
    {{ return(adapter.dispatch('has_reference', 'rapport')(references, type)) }}
{%- endmacro %}

{% macro duckdb__has_reference(references, type) -%}
    coalesce(len(list_filter({{ references }}, lambda one: one.type = '{{ type }}')) > 0, false)
{%- endmacro %}

{# The account that is mentioned at a position of the text, if the network says which one it is. #}
{% macro mentioned_at(mentions, start) -%}
    {{ return(adapter.dispatch('mentioned_at', 'rapport')(mentions, start)) }}
{%- endmacro %}

{% macro duckdb__mentioned_at(mentions, start) -%}
    list_filter({{ mentions }}, lambda one: one.start = {{ start }})[1].id
{%- endmacro %}

{# The mentions from a position of the text on; null if there are none. #}
{% macro mentions_from(mentions, start) -%}
    {{ return(adapter.dispatch('mentions_from', 'rapport')(mentions, start)) }}
{%- endmacro %}

{% macro duckdb__mentions_from(mentions, start) -%}
    nullif(list_filter({{ mentions }}, lambda one: one.start >= {{ start }}), [])
{%- endmacro %}

{#
  Sorts observations of the same object, the newest last: by time, then by page and position. So the order does not
  depend on the order of loading. Pages are sorted by four bytes of their key's MD5, which every engine can repeat.
#}
{% macro observation_order(table=none) -%}
    {{ return(adapter.dispatch('observation_order', 'rapport')(table)) }}
{%- endmacro %}

{% macro duckdb__observation_order(table=none) -%}
    {%- set of = table ~ '.' if table else '' -%}
    {#- one number, because numbers compare many times faster than texts: the time in its high bits, and below it
        the page and the position, for observations of the same time -#}
    (
        (cast(epoch_us({{ of }}observed_at) as hugeint) << 64)
        + (cast(md5_number({{ of }}page_key) >> 96 as hugeint) << 32)
        + case when {{ of }}section = 'data' then 0 else 1 << 24 end
        + {{ of }}position
    )
{%- endmacro %}
