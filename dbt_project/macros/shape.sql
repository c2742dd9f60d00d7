{#
  The shape of a model, checked as it is made: what its .yml says by data_tests of its keys, of values that must be
  there, and of the values allowed. One query a model, in the transaction that makes it: a node of dbt for each test
  took longer than making the tables of a small home. `dbt test` runs each test on its own, as always.

  A test that reads other models (relationships, and those in dbt_project/tests) is a node of its own in a build, too. Of
  what can be configured of a test, this knows `where` and nothing else; tests/dbt/test_shape.py fails for more.
#}

{# Stops if rows do not have the shape of this model. `rows` are all of it; in a daily build, the new ones. #}
{% macro expect_shape(rows) -%}
    {%- set parts = [] -%}
    {%- for test in graph.nodes.values() if test.attached_node == model.unique_id and test.test_metadata -%}
        {%- set name, given = test.test_metadata.name, test.test_metadata.kwargs -%}
        {%- set columns = given.columns or [given.column_name] -%}
        {%- set found -%}
            (select * from {{ rows }} {% if test.config.where %}where {{ test.config.where }}{% endif %}) as shaped
        {%- endset -%}
        {%- if name in ['unique_combination', 'unique'] -%}
            {%- set wrong -%}
                (
                    select 1 as wrong_row from {{ found }} group by {{ columns | join(', ') }}
                    {% if name == 'unique' %}
                        having count(*) > 1 and {{ columns[0] }} is not null
                    {% else %}
                        having count(*) > 1 or {{ columns | join(' is null or ') }} is null
                    {% endif %}
                ) as wrong
            {%- endset -%}
        {%- elif name in ['never_null', 'not_null'] -%}
            {%- set wrong = found ~ ' where ' ~ columns | join(' is null or ') ~ ' is null' -%}
        {%- elif name == 'accepted_values' -%}
            {%- set wrong -%}
                {{ found }} where {{ columns[0] }} not in (
                    {%- for value in given['values'] -%}
                        '{{ value | replace("'", "''") }}' {{- ', ' if not loop.last }}
                    {%- endfor -%}
                )
            {%- endset -%}
        {%- else -%}
            {%- set wrong = none -%}
        {%- endif -%}
        {%- if wrong -%}
            {%- set rule = name ~ ' ' ~ columns | join(', ') -%}
            {%- do parts.append("select '" ~ rule ~ "' as rule, count(*) as row_count from " ~ wrong) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if parts -%}
        {%- set broken = run_query('from (' ~ parts | join(' union all ') ~ ') where row_count > 0').rows -%}
        {%- if broken -%}
            {%- set messages = [] -%}
            {%- for rule, row_count in broken -%}
                {%- do messages.append(rule ~ ': ' ~ row_count ~ ' rows') -%}
            {%- endfor -%}
            {#- `rapport build` and its alerts quote what follows these words: they name no row -#}
            {%- do exceptions.raise_compiler_error('not of its shape: ' ~ messages | join('; ')) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
