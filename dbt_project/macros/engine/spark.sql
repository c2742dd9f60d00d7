{#
  Spark's own versions of what only one engine understands; the files beside this one say what each macro means. A build
  on Spark makes everything anew, so what only daily builds do is not here. A regular expression is written as r'...', its
  `\s` as [\t\n\f\r ] and its end as \z: what DuckDB means by `\s` and `$`.
#}

{# trees #}
{# A note in the query asks for the table that is read here: macros/engine/materializations.sql. #}
{% macro spark__below_tops(links, parent, keys, own=[], of_top=[], has_cycles=false) -%}
    {{ return(from_made_first({
        'by': 'tops', 'links': links, 'parent': parent, 'keys': keys, 'own': own, 'of_top': of_top,
    })) }}
{%- endmacro %}

{% macro spark__descendants(links, parent, keys) -%}
    {{ return(from_made_first({'by': 'descendants', 'links': links, 'parent': parent, 'keys': keys})) }}
{%- endmacro %}

{# before and after a build #}
{# The columns by the names that contracts have for Spark's types. #}
{% macro spark__columns_of(relation) -%}
    {%- set names = {
        'string': 'varchar', 'array<string>': 'varchar[]', 'timestamp': 'timestamp with time zone', 'int': 'integer',
    } -%}
    array(
        {%- for column in adapter.get_columns_in_relation(relation) %}
            array('{{ column.name }}', '{{ names.get(column.dtype, column.dtype) }}') {{- ', ' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{# Before anything is made: the tables of raw, each a file of `raw_folder` (modelling/spark.py). #}
{% macro spark__settle_engine() -%}
    {%- if execute and flags.WHICH == 'build' -%}
        {%- do adapter.add_query('create schema if not exists raw') -%}
        {%- for source in graph.sources.values() if source.schema == 'raw' -%}
            {%- do adapter.add_query(
                'create table raw.' ~ source.name
                ~ " using parquet location '" ~ var('raw_folder') ~ '/' ~ source.name ~ ".parquet'"
            ) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

{# The log of builds is the warehouse's (macros/record_build.sql). Here no build goes on from an earlier one. #}
{% macro spark__create_build_log() -%}
    {%- if execute and flags.WHICH == 'build' -%}
        {%- for statement in [
            'create schema if not exists quality',
            'create table if not exists quality.built_loads (load_id string) using parquet',
            'create table if not exists quality.built_horizons (client_id string, as_of_at timestamp) using parquet',
        ] -%}
            {%- do adapter.add_query(statement) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

{# What the tables and columns of a build are, for whoever takes them: their contracts' types, and their comments. #}
{% macro spark__record_build(results) -%}
    {%- if execute and flags.WHICH == 'build' -%}
        {%- set rows = [] -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.config.materialized != 'ephemeral' -%}
            {%- set docs, table = node.config.persist_docs, node.schema ~ '.' ~ node.name -%}
            {%- do rows.append([table, '', '', with_definitions(node.description) if docs.relation else '']) -%}
            {%- for column in node.columns.values() -%}
                {%- set comment = column_comment(column) if docs.columns else '' -%}
                {%- do rows.append([table, column.name, column.data_type or '', comment]) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- set quoted = [] -%}
        {%- for row in rows -%}
            {%- set texts = [] -%}
            {%- for text in row -%}
                {%- do texts.append("'" ~ text.replace('\\', '\\\\').replace("'", "\\'") ~ "'") -%}
            {%- endfor -%}
            {%- do quoted.append('(' ~ texts | join(', ') ~ ')') -%}
        {%- endfor -%}
        {%- do adapter.add_query(
            'create table quality.described using parquet as select * from values ' ~ quoted | join(', ')
            ~ ' as described (table_name, column_name, data_type, comment)'
        ) -%}
    {%- endif -%}
{%- endmacro %}

{% macro spark__drop_orphans() -%}
{%- endmacro %}

{# lists #}
{% macro spark__sorted_list(value, keys=none) -%}
    transform(
        array_sort(collect_list(named_struct('keys', struct({{ keys or value }}), 'value', {{ value }}))),
        one -> one.value
    )
{%- endmacro %}

{% macro spark__distinct_sorted_list(values, condition='true') -%}
    {#- Spark's list of no rows is empty and not null -#}
    case when count(*) filter (where {{ condition }}) > 0 then
        array_sort(array_distinct(array_compact(
            flatten(collect_list(array({{ values | join(', ') }})) filter (where {{ condition }}))
        )))
    end
{%- endmacro %}

{% macro spark__distinct_joined(value, separator) -%}
    case when count({{ value }}) > 0 then array_join(array_sort(collect_set({{ value }})), '{{ separator }}') end
{%- endmacro %}

{% macro spark__counts_by(value) -%}
    case when count({{ value }}) > 0 then
        map_from_entries(transform(
            array_sort(collect_set({{ value }})),
            one -> struct(one, cast(array_size(filter(collect_list({{ value }}), each -> each = one)) as bigint))
        ))
    end
{%- endmacro %}

{% macro spark__each_of(list) -%}
    explode({{ list }})
{%- endmacro %}

{% macro spark__list_length(list) -%}
    array_size({{ list }})
{%- endmacro %}

{% macro spark__first_item(list) -%}
    get({{ list }}, 0)
{%- endmacro %}

{% macro spark__empty_list() -%}
    cast(array() as array<string>)
{%- endmacro %}

{# order #}
{% macro spark__last_by(value, keys) -%}
    max_by({{ value }}, struct({{ keys }})) filter (where {{ value }} is not null)
{%- endmacro %}

{% macro spark__first_by(value, keys) -%}
    min_by({{ value }}, struct({{ keys }})) filter (where {{ value }} is not null)
{%- endmacro %}

{% macro spark__first_known(value) -%}
    first_value({{ value }}, true)
{%- endmacro %}

{# series, steps #}
{% macro spark__number_series(first, last) -%}
    {#- otherwise it counts down #}
    explode(case when {{ first }} <= {{ last }} then sequence({{ first }}, {{ last }}) end)
{%- endmacro %}

{% macro spark__not_kept() -%}
    {#- no step is ever kept -#}
{%- endmacro %}

{% macro spark__rows_touched(relation, changes, keys) -%}
    (select present.* from {{ relation }} as present left semi join {{ changes }} using ({{ keys | join(', ') }}))
{%- endmacro %}

{# text #}
{% macro spark__json_text(json, path) -%}
    get_json_object({{ json }}, '{{ path }}')
{%- endmacro %}

{% macro spark__without_matches(text, pattern) -%}
    regexp_replace({{ text }}, r'{{ pattern }}', ' ')
{%- endmacro %}

{# Java makes two characters of İ. #}
{% macro spark__lower_case(text) -%}
    replace(lower(replace({{ text }}, 'İ', 'i')), 'ς', 'σ')
{%- endmacro %}

{# time #}
{% macro spark__seconds_between(from_at, to_at) -%}
    ((unix_micros({{ to_at }}) - unix_micros({{ from_at }})) / 1e6)
{%- endmacro %}

{% macro spark__whole_seconds_between(from_at, to_at) -%}
    (unix_seconds({{ to_at }}) - unix_seconds({{ from_at }}))
{%- endmacro %}

{% macro spark__days_between(from_date, to_date) -%}
    datediff({{ to_date }}, {{ from_date }})
{%- endmacro %}

{% macro spark__start_of(day) -%}
    cast({{ day }} as timestamp)
{%- endmacro %}

{# identifiers #}
{% macro spark__snowflake_time(id, epoch_ms) -%}
    case
        when try_cast({{ id }} as bigint) >= 1099511627776
            then timestamp_millis(shiftright(try_cast({{ id }} as bigint), 22) + {{ epoch_ms }})
    end
{%- endmacro %}

{% macro spark__reference_id(references, type) -%}
    get(filter({{ references }}, one -> one.type = '{{ type }}'), 0).id
{%- endmacro %}

{% macro spark__has_reference(references, type) -%}
    coalesce(exists({{ references }}, one -> coalesce(one.type = '{{ type }}', false)), false)
{%- endmacro %}

{% macro spark__mentioned_at(mentions, start) -%}
    get(filter({{ mentions }}, one -> one.start = {{ start }}), 0).id
{%- endmacro %}

{% macro spark__mentions_from(mentions, start) -%}
    case
        when exists({{ mentions }}, one -> one.start >= {{ start }})
            then filter({{ mentions }}, one -> one.start >= {{ start }})
    end
{%- endmacro %}

{% macro spark__observation_order(table=none) -%}
    {%- set of = table ~ '.' if table else '' -%}
    {%- set digest = 'md5(' ~ of ~ 'page_key)' -%}
    struct(
        {{ of }}observed_at,
        concat(
            substr({{ digest }}, 31, 2), substr({{ digest }}, 29, 2), substr({{ digest }}, 27, 2), substr({{ digest }}, 25, 2)
        ),
        coalesce({{ of }}section <> 'data', true),
        {{ of }}position
    )
{%- endmacro %}

{# profiles #}
{% macro spark__profile_links(payload, is_verified=false) -%}
    transform(
        filter(
            from_json(get_json_object({{ payload }}, '$.fields'), 'array<struct<value: string, verified_at: string>>'),
            one -> contains(one.value, 'href="') {{- " and one.verified_at is not null" if is_verified }}
        ),
        one -> regexp_extract(one.value, 'href="([^"]+)"', 1)
    )
{%- endmacro %}

{% macro spark__moved_to(payload) -%}
    case
        when contains(get_json_object({{ payload }}, '$.moved.acct'), '@')
            then get_json_object({{ payload }}, '$.moved.acct')
        else get_json_object({{ payload }}, '$.moved.acct') || '@'
            || regexp_extract(get_json_object({{ payload }}, '$.moved.url'), '^https?://([^/]+)', 1)
    end
{%- endmacro %}

{% macro spark__addresses_in(text) -%}
    coalesce(
        concat(
            regexp_extract_all({{ text }}, r'https?://([^\t\n\f\r <>"()]+)', 1),
            regexp_extract_all({{ text }}, r'(?:^|[\t\n\f\r (])((?:[A-Za-z0-9-]+\.)+[A-Za-z]+/[^\t\n\f\r <>"()]+)', 1)
        ),
        {{ spark__empty_list() }}
    )
{%- endmacro %}

{# signs in texts #}
{% macro spark__is_question(text, lang) -%}
    coalesce(
        regexp_like(
            {{ without_links(text) }},
            r'[?\x{037E}\x{055E}\x{061F}\x{1367}\x{2047}-\x{2049}\x{2CFA}\x{2E2E}\x{A60F}\x{FE16}\x{FE56}\x{FF1F}]'
        )
        or ({{ lang }} = 'el' and regexp_like({{ text }}, r';[\t\n\f\r ]*\z')),
        false
    )
{%- endmacro %}

{% macro spark__leading_handles_length(text) -%}
    length(regexp_extract({{ text }}, r'^(?:[\t\n\f\r \p{Z}\p{Cf}]*[@＠][A-Za-z0-9_]+)*', 0))
{%- endmacro %}

{% macro spark__without_links(text) -%}
    regexp_replace({{ text }}, r'https?://[^\t\n\f\r ]+', '')
{%- endmacro %}

{% macro spark__hashtags(text) -%}
    case
        when contains({{ text }}, '#') or contains({{ text }}, '＃')
            then filter(
                regexp_extract_all({{ without_links(text) }}, r'[#＃]([\p{L}\p{M}\p{N}_]+)', 1),
                tag -> not regexp_like(tag, r'^[\p{N}_]+\z')
            )
    end
{%- endmacro %}

{% macro spark__holds_words(text, words) -%}
    {#- \Q and \E: what stands between them is no pattern -#}
    regexp_like(
        {{ lower_case(without_links(text)) }},
        r'(^|[^\p{L}\p{M}\p{N}])\Q' || replace({{ lower_case(words) }}, r'\E', r'\E\\E\Q') || r'\E([^\p{L}\p{M}\p{N}]|\z)'
    )
{%- endmacro %}

{# turns #}
{% macro spark__evenness(counts, sum) -%}
    case
        when array_size({{ counts }}) > 1
            then cast(cast(
                -cast(
                    aggregate(
                        {{ counts }},
                        cast(0 as decimal(28, 12)),
                        (so_far, one) -> cast(
                            so_far + cast((one / {{ sum }}) * ln(one / {{ sum }}) as decimal(18, 12)) as decimal(28, 12)
                        )
                    ) as double
                ) / ln(array_size({{ counts }})) as decimal(18, 9)
            ) as double)
    end
{%- endmacro %}

{% macro spark__median_gap_minutes(moments) -%}
    {#- a list of one list, so that the gaps have a name -#}
    case
        when array_size({{ moments }}) > 1 then get(transform(
            array(array_sort(transform(
                sequence(1, array_size({{ moments }}) - 1),
                place -> {{ spark__whole_seconds_between(
                    'get(' ~ moments ~ ', place - 1)', 'get(' ~ moments ~ ', place)'
                ) }} / 60e0
            ))),
            gaps -> (
                get(gaps, cast(floor((array_size(gaps) - 1) / 2e0) as integer))
                + get(gaps, cast(floor(array_size(gaps) / 2e0) as integer))
            ) / 2e0
        ), 0)
    end
{%- endmacro %}

{# stages #}
{% macro spark__walked_stages(weeks) -%}
    select
        client_id,
        person_id,
        one.place,
        one.stage_rank,
        one.rank_before
    from (
        select
            client_id,
            person_id,
            explode(aggregate(
                {{ spark__sorted_list(
                    'struct(place, week_number, entitled_rank, is_dormant, may_step_down, week_exchange_count)', 'place'
                ) }},
                named_struct(
                    'stage_rank', {{ stage_rank('stranger') }},
                    'stepped_down_week', cast(null as integer),
                    'walked', cast(array() as array<struct<place: integer, stage_rank: integer, rank_before: integer>>)
                ),
                (so_far, now) -> named_struct(
                    'stage_rank', {{ rank_after('so_far', 'now') }},
                    'stepped_down_week', {{ stepped_down_week_after('so_far', 'now') }},
                    'walked', array_append(so_far.walked, named_struct(
                        'place', now.place, 'stage_rank', {{ rank_after('so_far', 'now') }}, 'rank_before', so_far.stage_rank
                    ))
                ),
                so_far -> so_far.walked
            )) as one
        from {{ weeks }}
        group by client_id, person_id
    ) as walked
{%- endmacro %}
