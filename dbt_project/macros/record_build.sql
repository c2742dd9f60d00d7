{#
  One row per build in quality.builds. It is written before the first model and completed after the last, so a build
  that was killed stays unsuccessful: the gate refuses it, and the next build is a full refresh. Three more tables keep
  what the last good build was made of: its loads, how far each client's data reached, and which account was whose.
  They are kept in the warehouse alone: a build of another engine makes everything anew and reads nothing of them. Each
  table is named with its database: where several are attached, the first one is not always ours.
#}

{% macro create_build_log() -%}
    {{ return(adapter.dispatch('create_build_log', 'rapport')()) }}
{%- endmacro %}

{% macro duckdb__create_build_log() -%}
    {% if execute and flags.WHICH == 'build' %}
        {% set quality = target.database ~ '.quality' %}
        {% do run_query("create schema if not exists " ~ quality) %}
        {% do run_query("create table if not exists " ~ quality ~ ".builds (build_id varchar, started_at timestamptz, built_at timestamptz, is_success boolean, as_of_at timestamptz, node_count integer)") %}
        {% do run_query("create table if not exists " ~ quality ~ ".built_loads (load_id varchar)") %}
        {% do run_query("create table if not exists " ~ quality ~ ".built_horizons (client_id varchar, as_of_at timestamptz)") %}
        {% do run_query("create table if not exists " ~ quality ~ ".built_accounts (accounts_hash varchar)") %}
        {% if not flags.FULL_REFRESH %}
            {# the row that was written last, as LAST_WRITTEN of rapport/warehouse.py has it #}
            {% set last = run_query("select is_success from " ~ quality ~ ".builds order by rowid desc limit 1").rows %}
            {% if not last or not last[0][0] %}
                {% do exceptions.raise_compiler_error("there is no good build to go on from: build with --full-refresh") %}
            {% endif %}
        {% endif %}
        {% do run_query("insert into " ~ quality ~ ".builds by name select '" ~ invocation_id ~ "' as build_id, current_timestamp as started_at, false as is_success, 0 as node_count") %}
    {% endif %}
{%- endmacro %}

{% macro record_build(results) -%}
    {{ return(adapter.dispatch('record_build', 'rapport')(results)) }}
{%- endmacro %}

{% macro duckdb__record_build(results) -%}
    {% if execute and flags.WHICH == 'build' %}
        {% set quality = target.database ~ '.quality' %}
        {# a run of only some models is no build; an exposure is a node too, though nothing is built for it #}
        {% set whole = not invocation_args_dict.get('select') and not invocation_args_dict.get('exclude') %}
        {% set good = results | selectattr('status', 'in', ['success', 'pass', 'warn', 'no-op']) | list %}
        {% set success = 'true' if whole and good | length == results | length else 'false' %}
        {% set horizon = adapter.get_relation(target.database, 'intermediate', 'int_coverage__as_of') %}
        {# the newest moment of the clients' data; of imported files only if there is no client #}
        {% set as_of = "(select coalesce(max(as_of_at) filter (client_id <> ''), max(as_of_at)) from " ~ horizon ~ ")" if horizon else "null" %}
        {% if success == 'true' and horizon %}
            {% do run_query("insert into " ~ quality ~ ".built_loads select load_id from " ~ target.database ~ ".staging.stg_rapport__new_loads anti join " ~ quality ~ ".built_loads using (load_id)") %}
            {% do run_query("create or replace table " ~ quality ~ ".built_horizons as select client_id, as_of_at from " ~ horizon) %}
            {% do run_query("create or replace table " ~ quality ~ ".built_accounts as " ~ accounts_hash()) %}
        {% endif %}
        {% do run_query("update " ~ quality ~ ".builds set built_at = current_timestamp, is_success = " ~ success ~ ", as_of_at = " ~ as_of ~ ", node_count = " ~ results | length ~ " where build_id = '" ~ invocation_id ~ "'") %}
    {% endif %}
{%- endmacro %}

{# A hash of which account is whose: the lists of rapport.toml, with their handles resolved by the data. #}
{% macro accounts_hash() -%}
    select md5(
        coalesce((
            select string_agg(
                concat_ws(' ', client_id, network, account_id, person_id, role, is_ours), ',' order by client_id, network, account_id
            ) from {{ target.database }}.intermediate.int_clients__accounts
        ), '') || ';' || coalesce((
            select string_agg(
                concat_ws(' ', network, account_id, person_id, person_kind), ',' order by network, account_id
            ) from {{ target.database }}.intermediate.int_people__accounts
        ), '')
    ) as accounts_hash
{%- endmacro %}

{#
  In a daily build, after the two models above: stops if a handle of these lists belongs to another account now, as
  old rows would be about other people than new ones. `rapport build` knows this message and starts a full refresh.
#}
{% macro expect_same_accounts() -%}
    {% if execute and flags.WHICH == 'build' and not flags.FULL_REFRESH %}
        {% set quality = target.database ~ '.quality' %}
        {% set changed = run_query("select count(*) from " ~ quality ~ ".built_accounts where accounts_hash <> (" ~ accounts_hash() ~ ")").rows[0][0] %}
        {% if changed %}
            {% do exceptions.raise_compiler_error("accounts changed hands: build with --full-refresh") %}
        {% endif %}
    {% endif %}
{%- endmacro %}
