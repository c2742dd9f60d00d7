{#
  What is above and below a post in its tree. An engine goes one of two ways: down the links by a recursion, a level a
  step; or by rounds that double how far each post sees (a table a round, ten for a thousand levels). DuckDB walks 800
  levels in a moment. To Spark each level is a job, and what a recursion reads is computed anew in each.

  `links`: a step of the query, or a query in brackets, with the columns `keys`, post_id and `parent`, which is null or
  another post there.
#}

{#
  The top above each post and the steps down from it; with the columns `own` of the post's link and `of_top` of its top's.
  A cycle is cut at its first post (by id_order), which is the top of what hangs on it; without `has_cycles` there is none.
#}
{% macro below_tops(links, parent, keys, own=[], of_top=[], has_cycles=false) -%}
    {{ return(adapter.dispatch('below_tops', 'rapport')(links, parent, keys, own, of_top, has_cycles)) }}
{%- endmacro %}

{% macro duckdb__below_tops(links, parent, keys, own=[], of_top=[], has_cycles=false) -%}
    {{ return(tops_by_recursion(links, parent, keys, own, of_top, has_cycles)) }}
{%- endmacro %}

{# How many posts are below each post that has any: descendant_count. There are no cycles. #}
{% macro descendants(links, parent, keys) -%}
    {{ return(adapter.dispatch('descendants', 'rapport')(links, parent, keys)) }}
{%- endmacro %}

{% macro duckdb__descendants(links, parent, keys) -%}
    {{ return(descendants_by_recursion(links, parent, keys)) }}
{%- endmacro %}

{# Columns of a table, as a list to select or to group by. #}
{% macro columns_from(table, names) -%}
    {%- for name in names %}{{ table }}.{{ name }}{{ ', ' if not loop.last }}{% endfor -%}
{%- endmacro %}

{# That some columns are the same in two tables. #}
{% macro same(one, other, names) -%}
    {%- for name in names %}{{ one }}.{{ name }} = {{ other }}.{{ name }}{{ ' and ' if not loop.last }}{% endfor -%}
{%- endmacro %}

{# It visits each post below a top once, so it always ends. What is left is on cycles, or below one. #}
{% macro tops_by_recursion(links, parent, keys, own=[], of_top=[], has_cycles=false) -%}
    with recursive from_tops as (
        {{ _walk_down(links, 'from_tops', parent, keys, own, of_top, parent ~ ' is null') }}
    )
    {%- if has_cycles %},

    on_cycles as (
        select links.*
        from {{ links }} as links
        anti join from_tops on {{ same('links', 'from_tops', keys + ['post_id']) }}
    ),

    ancestors as (
        select {{ columns_from('on_cycles', keys + ['post_id']) }}, {{ parent }} as ancestor_post_id
        from on_cycles
        union
        select {{ columns_from('ancestors', keys + ['post_id']) }}, on_cycles.{{ parent }} as ancestor_post_id
        from ancestors
        inner join on_cycles
            on {{ same('ancestors', 'on_cycles', keys) }} and ancestors.ancestor_post_id = on_cycles.post_id
    ),

    -- a post that is its own ancestor is part of a cycle
    cycle_posts as (
        select {{ columns_from('ancestors', keys + ['post_id']) }} from ancestors where post_id = ancestor_post_id
    ),

    cuts as (
        select
            {{ columns_from('ancestors', keys) }},
            {{ first_by('ancestors.ancestor_post_id', id_order('ancestors.ancestor_post_id')) }} as post_id
        from ancestors
        inner join cycle_posts on {{ same('ancestors', 'cycle_posts', keys + ['post_id']) }}
        group by {{ columns_from('ancestors', keys + ['post_id']) }}
    ),

    from_cuts as (
        {{ _walk_down(
            'on_cycles', 'from_cuts', parent, keys, own, of_top,
            'exists (select 1 from cuts where ' ~ same('cuts', 'links', keys + ['post_id']) ~ ')',
            'links.post_id <> from_cuts.top_post_id',
        ) }}
    )
    {%- endif %}

    select * from from_tops
    {%- if has_cycles %}
    union all
    select * from from_cuts
    {%- endif %}
{%- endmacro %}

{# A recursion down the links, from those that are tops. #}
{% macro _walk_down(links, walked, parent, keys, own, of_top, is_top, goes_on='true') -%}
    select
        {{ columns_from('links', keys + ['post_id'] + own) }},
        links.post_id as top_post_id,
        {%- for name in of_top %} links.{{ name }},{% endfor %}
        0 as steps
    from {{ links }} as links
    where {{ is_top }}
    union all
    select
        {{ columns_from('links', keys + ['post_id'] + own) }},
        {{ columns_from(walked, ['top_post_id'] + of_top) }},
        {{ walked }}.steps + 1 as steps
    from {{ walked }}
    inner join {{ links }} as links
        on {{ same(walked, 'links', keys) }} and {{ walked }}.post_id = links.{{ parent }}
    where {{ goes_on }}
{%- endmacro %}

{# Every post counts for each of its ancestors. #}
{% macro descendants_by_recursion(links, parent, keys) -%}
    with recursive ancestry as (
        select {{ columns_from('links', keys) }}, links.{{ parent }} as post_id
        from {{ links }} as links
        where links.{{ parent }} is not null
        union all
        select {{ columns_from('links', keys) }}, links.{{ parent }} as post_id
        from ancestry
        inner join {{ links }} as links on {{ same('ancestry', 'links', keys + ['post_id']) }}
        where links.{{ parent }} is not null
    )

    select {{ columns_from('ancestry', keys + ['post_id']) }}, count(*) as descendant_count
    from ancestry
    group by {{ columns_from('ancestry', keys + ['post_id']) }}
{%- endmacro %}

{#
  The same by rounds, which make the table `made` of `links`, a table or a query in brackets. In each round a post sees as
  far again as the one that it saw last.
#}
{% macro tops_by_rounds(made, links, parent, keys, own=[], of_top=[]) -%}
    {%- set first -%}
        select
            {{ columns_from('links', keys + ['post_id']) }},
            links.{{ parent }} as next_post_id,
            links.post_id as top_post_id,
            case when links.{{ parent }} is null then 0 else 1 end as steps,
            length(links.post_id) as least_length,
            links.post_id as least_post_id
        from {{ links }} as links
    {%- endset -%}
    {%- set doubled -%}
        select
            {{ columns_from('near', keys + ['post_id']) }},
            far.next_post_id,
            coalesce(far.top_post_id, near.top_post_id) as top_post_id,
            near.steps + coalesce(far.steps, 0) as steps,
            case when {{ _is_before('far', 'near') }} then far.least_length else near.least_length end as least_length,
            case when {{ _is_before('far', 'near') }} then far.least_post_id else near.least_post_id end as least_post_id
        from SEEN as near
        left join SEEN as far on {{ same('near', 'far', keys) }} and near.next_post_id = far.post_id
    {%- endset -%}
    {%- set seen = _rounds(made ~ '__seen', first, doubled) -%}
    {%- set parts = ['select * from ' ~ seen.name ~ ' where next_post_id is null'] -%}
    {%- set working = [seen.name] -%}
    {%- if seen.open_count -%}
        {#- What sees no top by now is on a cycle or below one, and sees all of it. What others got to is on one. -#}
        {%- set cut -%}
            select
                {{ columns_from('seen', keys + ['post_id']) }},
                case when cuts.post_id is null then links.{{ parent }} end as next_post_id,
                seen.post_id as top_post_id,
                case when cuts.post_id is null then 1 else 0 end as steps,
                seen.least_length,
                seen.least_post_id
            from {{ seen.name }} as seen
            inner join {{ links }} as links on {{ same('seen', 'links', keys + ['post_id']) }}
            left join (
                select distinct {{ columns_from('seen', keys) }}, seen.least_post_id as post_id
                from {{ seen.name }} as seen
                semi join {{ seen.name }} as others
                    on {{ same('seen', 'others', keys) }} and seen.post_id = others.next_post_id
                where seen.next_post_id is not null
            ) as cuts on {{ same('seen', 'cuts', keys + ['post_id']) }}
            where seen.next_post_id is not null
        {%- endset -%}
        {%- set from_cuts = _rounds(made ~ '__cut', cut, doubled) -%}
        {%- do parts.append('select * from ' ~ from_cuts.name) -%}
        {%- do working.append(from_cuts.name) -%}
    {%- endif -%}
    {%- set tops -%}
        select
            {{ columns_from('links', keys + ['post_id'] + own) }},
            {{ columns_from('seen', ['top_post_id', 'steps']) }}
            {%- for name in of_top %}, tops.{{ name }}{% endfor %}
        from ({{ parts | join(' union all ') }}) as seen
        inner join {{ links }} as links on {{ same('seen', 'links', keys + ['post_id']) }}
        inner join {{ links }} as tops on {{ same('seen', 'tops', keys) }} and seen.top_post_id = tops.post_id
    {%- endset -%}
    {%- do make_table(made, tops) -%}
    {%- do drop_tables(working) -%}
{%- endmacro %}

{% macro descendants_by_rounds(made, links, parent, keys) -%}
    {%- set first -%}
        select
            {{ columns_from('links', keys + ['post_id']) }},
            links.{{ parent }} as next_post_id,
            cast(1 as bigint) as post_count
        from {{ links }} as links
    {%- endset -%}
    {%- set doubled -%}
        select
            {{ columns_from('near', keys + ['post_id']) }},
            far.next_post_id,
            near.post_count + coalesce(below.post_count, 0) as post_count
        from SEEN as near
        left join SEEN as far on {{ same('near', 'far', keys) }} and near.next_post_id = far.post_id
        left join (
            select {{ columns_from('seen', keys) }}, seen.next_post_id as post_id, cast(sum(seen.post_count) as bigint) as post_count
            from SEEN as seen
            where seen.next_post_id is not null
            group by {{ columns_from('seen', keys) }}, seen.next_post_id
        ) as below on {{ same('near', 'below', keys + ['post_id']) }}
    {%- endset -%}
    {%- set seen = _rounds(made ~ '__seen', first, doubled) -%}
    {%- do make_table(made,
        'select ' ~ columns_from('seen', keys + ['post_id']) ~ ', seen.post_count - 1 as descendant_count from '
        ~ seen.name ~ ' as seen where seen.post_count > 1'
    ) -%}
    {%- do drop_tables([seen.name]) -%}
{%- endmacro %}

{#
  Makes a table of a query, and again of its own rows (SEEN), until no post has another one to see, or the rest turns in
  circles and has seen all of them. Returns the table's name, and how many posts that rest is.
#}
{% macro _rounds(name, first, doubled) -%}
    {%- set now = namespace(name=name ~ '_0', open_count=-1, is_done=false) -%}
    {%- do make_table(now.name, first) -%}
    {%- for round in range(1, 64) if not now.is_done -%}
        {%- set before, open_before = now.name, now.open_count -%}
        {%- set now.name = name ~ '_' ~ round -%}
        {%- do make_table(now.name, doubled.replace('SEEN', before)) -%}
        {%- do drop_tables([before]) -%}
        {%- set _, cursor = adapter.add_query(
            'select count(*) from ' ~ now.name ~ ' where next_post_id is not null', auto_begin=false
        ) -%}
        {%- set now.open_count = cursor.fetchall()[0][0] -%}
        {#- while there is a top to be seen, each round shows it to somebody -#}
        {%- set turns = now.open_count == open_before and 2 ** round >= now.open_count -%}
        {%- set now.is_done = now.open_count == 0 or turns -%}
    {%- endfor -%}
    {{- return(now) -}}
{%- endmacro %}

{% macro _is_before(one, other) -%}
    ({{ one }}.least_length < {{ other }}.least_length
    or ({{ one }}.least_length = {{ other }}.least_length and {{ one }}.least_post_id < {{ other }}.least_post_id))
{%- endmacro %}

{% macro make_table(name, query) -%}
    {%- do drop_tables([name]) -%}
    {%- do adapter.add_query('create table ' ~ name ~ ' as ' ~ query, auto_begin=false) -%}
{%- endmacro %}

{% macro drop_tables(names) -%}
    {%- for name in names -%}
        {%- do adapter.add_query('drop table if exists ' ~ name, auto_begin=false) -%}
    {%- endfor -%}
{%- endmacro %}
