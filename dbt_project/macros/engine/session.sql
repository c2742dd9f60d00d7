{#
  What the engine is told before anything is made, for all of dbt's connections. DuckDB takes no notice of some of these
  settings among the options of profiles.yml, and dbt parses the whole project anew if one of those is another value.
#}
{% macro settle_engine() -%}
    {{ return(adapter.dispatch('settle_engine', 'rapport')()) }}
{%- endmacro %}

{% macro duckdb__settle_engine() -%}
    {%- if execute -%}
        {#- Memory: 0.5 GB and 1,000 bytes for each row of raw.posts; beyond it DuckDB spills to disk. With more it only
            keeps what nobody reads again: at a million posts a build takes as long with six times as much. With half as
            much a build of ten million failed: a walk down the trees can't spill. -#}
        {%- set query -%}
            select least(
                500000000 + 1000 * count(*), parse_formatted_bytes(current_setting('memory_limit'))
            ) from {{ target.database }}.raw.posts
        {%- endset -%}
        {%- set _, cursor = adapter.add_query(query, auto_begin=false) -%}
        {%- set settings = {
            'memory_limit': cursor.fetchone()[0] ~ 'B',
            'checkpoint_threshold': '1GB',
            'disabled_compression_methods': 'dict_fsst,fsst',
        } -%}
        {#- A checkpoint after each large table lets the other thread wait; without, a file of a million posts grows by a
            quarter. Packing texts and ids takes as long as making the tables: `rapport pack` does it. -#}
        {%- for name, value in settings.items() -%}
            {%- do adapter.add_query("set " ~ name ~ " = '" ~ value ~ "'", auto_begin=false) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
