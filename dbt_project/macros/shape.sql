{#
  The shape of a model, checked as it is made: what its .yml says by data_tests of its keys, of values that must be
  there, and of the values allowed; of a report, its contract as well. One query a model, in the call that makes it
  (macros/engine/materializations.sql): a node of dbt for each test took longer than making the tables of a small home.
  `dbt test` runs each test on its own, as always. What the .yml of the sources says of raw is checked before anything is
  built, as the models that only select columns of raw are part of others and no tables.

  A test that reads other models (relationships, and those in dbt_project/tests) is a node of its own in a build, too. Of
  what can be configured of a test, this knows `where` and nothing else; tests/dbt/test_shape.py fails for more.
#}

{# The rules of some tests: of each its name, and an expression that counts the rows which break it. #}
{% macro rules_of_shape(rows, tests) -%}
    {%- set rules = [] -%}
    {%- for test in tests if test.test_metadata -%}
        {%- set name, given = test.test_metadata.name, test.test_metadata.kwargs -%}
        {%- set columns = given.columns or [given.column_name] -%}
        {%- set condition = test.config.where or 'true' -%}
        {%- set any_null = columns | join(' is null or ') ~ ' is null' -%}
        {%- if name in ['unique_combination', 'unique'] -%}
            {%- set wrong = any_null if name == 'unique_combination' else 'false' -%}
            {%- set counted = 'true' if name == 'unique_combination' else columns[0] ~ ' is not null' -%}
            {%- set broken -%}
                (
                    select count(*)
                    from (
                        select 1 as one
                        from {{ rows }}
                        where {{ condition }}
                        group by {{ columns | join(', ') }}
                        having (count(*) > 1 and {{ counted }}) or {{ wrong }}
                    ) as wrong
                )
            {%- endset -%}
        {%- elif name in ['never_null', 'not_null'] -%}
            {%- set broken = 'count(*) filter (where (' ~ condition ~ ') and (' ~ any_null ~ '))' -%}
        {%- elif name == 'accepted_values' -%}
            {%- set values = given['values'] | map('replace', "'", "''") | join("', '") -%}
            {%- set broken = "count(*) filter (where (" ~ condition ~ ") and " ~ columns[0] ~ " not in ('" ~ values ~ "'))" -%}
        {%- else -%}
            {%- set broken = none -%}
        {%- endif -%}
        {%- if broken -%}
            {%- do rules.append({'name': name ~ ' ' ~ columns | join(', '), 'broken': broken}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(rules) -}}
{%- endmacro %}

{# One row: how many rows there are; the columns, if there is a contract; how many rows break each rule. #}
{% macro query_of_shape(rows, rules, has_contract=false) -%}
    {#- without a rule, a view is not computed -#}
    {%- set is_read = rules or not rows.is_view -%}
    {%- set parts = ['count(*)' if is_read else '0'] -%}
    {%- do parts.append(columns_of(rows) if has_contract else 'null') -%}
    {%- do parts.extend(rules | map(attribute='broken')) -%}
    {{- return('select ' ~ parts | join(', ') ~ (' from ' ~ rows if is_read else '')) -}}
{%- endmacro %}

{# Stops if that row says that rows do not have their shape. #}
{% macro expect_shape(found, rules, where='') -%}
    {%- if found[1] is not none -%}
        {%- do expect_columns(found[1]) -%}
    {%- endif -%}
    {%- set messages = [] -%}
    {%- for rule in rules -%}
        {%- set broken_count = found[loop.index0 + 2] -%}
        {%- if broken_count -%}
            {%- do messages.append('{}: {} rows'.format(rule.name, broken_count)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if messages -%}
        {#- `rapport build` and its alerts quote what follows these words: they name no row -#}
        {%- do exceptions.raise_compiler_error('not of its shape: ' ~ where ~ messages | join('; ')) -%}
    {%- endif -%}
{%- endmacro %}

{# Before a build: stops if a table of raw does not have the shape that the .yml of the sources promises. #}
{% macro expect_shape_of_sources() -%}
    {%- if execute and flags.WHICH == 'build' -%}
        {%- set tests = graph.nodes.values() | selectattr('resource_type', 'equalto', 'test') | list -%}
        {%- for source in graph.sources.values() -%}
            {%- set of_source = tests | selectattr('depends_on.nodes', 'equalto', [source.unique_id]) -%}
            {%- set rules = rules_of_shape(source.relation_name, of_source) -%}
            {%- if rules -%}
                {%- set rows = api.Relation.create(
                    database=source.database, schema=source.schema, identifier=source.identifier, type='table'
                ) -%}
                {#- what begins a transaction here takes the hooks that follow into it, and nobody ends it -#}
                {%- set _, cursor = adapter.add_query(query_of_shape(rows, rules), auto_begin=false) -%}
                {%- do expect_shape(cursor.fetchall()[0], rules, source.schema ~ '.' ~ source.name ~ ', ') -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

{# Stops if columns, each [name, type], are not those of this model's contract, in their order. #}
{% macro expect_columns(found) -%}
    {%- set made, promised = [], [] -%}
    {%- for name, type in found -%}
        {%- do made.append({'name': name, 'data_type': type | lower}) -%}
    {%- endfor -%}
    {%- for column in model.columns.values() -%}
        {%- do promised.append({'name': column.name, 'data_type': column.data_type | lower}) -%}
    {%- endfor -%}
    {%- if made != promised -%}
        {%- do exceptions.raise_contract_error(promised, made) -%}
    {%- endif -%}
{%- endmacro %}

{# The columns of a table as a list, each [name, type], in their order. #}
{% macro columns_of(relation) -%}
    {{ return(adapter.dispatch('columns_of', 'rapport')(relation)) }}
{%- endmacro %}

{% macro duckdb__columns_of(relation) -%}
    (select list([column_name, column_type]) from (describe {{ relation }}))
{%- endmacro %}
