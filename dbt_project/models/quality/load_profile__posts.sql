{{ config(materialized='ephemeral') }}
{%- set came_in = source('raw', 'posts') %}
-- What the posts of each day were like, as they came. In a daily build these are the days of the new loads,
-- with all of their pages.
with all_pages as (
    select * from {{ ref('load_profile__pages') }}
),

new_loads as (  -- noqa: ST03
    select * from {{ ref('stg_rapport__new_loads') }}
),

new_days as (  -- noqa: ST03
    select distinct
        all_pages.client_id,
        all_pages.network,
        all_pages.stream,
        all_pages.day
    from all_pages
    semi join new_loads on all_pages.load_id = new_loads.load_id
),

pages as (
    select all_pages.*
    from all_pages
    {% if is_daily() %}
        semi join new_days
            on all_pages.client_id = new_days.client_id
                and all_pages.network = new_days.network
                and all_pages.stream = new_days.stream
                and all_pages.day = new_days.day
    {% endif %}
),

raw_posts as (
    select * from {{ rows_touched(came_in, 'pages', ['page_key']) if is_daily() else came_in }}
    where section is distinct from 'beyond'
),

posts as (
    select
        pages.client_id,
        pages.network,
        pages.stream,
        pages.day,
        pages.file_name,
        raw_posts.page_key,
        raw_posts.post_id,
        raw_posts.author_id,
        raw_posts.conversation_id,
        raw_posts.created_at,
        raw_posts.lang,
        raw_posts.public_metrics.reply_count as reply_count,
        coalesce(raw_posts.referenced_tweets, raw_posts.referenced_posts) as post_references,
        pages.source = 'api' as is_from_api,
        raw_posts.section = 'data' as is_data,
        raw_posts.section = 'data' and pages.source = 'api' as is_asked_for,
        -- only posts that were asked for by window must lie in it: those beside them may be of any age
        raw_posts.section = 'data'
        and {{ is_stream_of('windowed_streams', 'pages.network', 'pages.stream') }}
        and (
            raw_posts.created_at < pages.window_start_at - interval '1' second
            or raw_posts.created_at >= pages.window_end_at + interval '1' second
        ) as is_outside_window,
        -- the door has put the id's time in its place
        raw_posts.replaced_created_at is not null as is_off_id_time,
        -- only where its id says so, too, and by our own clock
        case
            when pages.source = 'api'
                then
                    {{ seconds_between(
                        'pages.fetched_at',
                        'least(raw_posts.created_at, ' ~ time_in_id('raw_posts.network', 'raw_posts.post_id') ~ ')'
                    ) }} / 60e0
        end as ahead_minutes
    from raw_posts
    inner join pages on raw_posts.page_key = pages.page_key
),

-- few posts are to be named
named as (
    select
        *,
        case
            when is_outside_window or is_off_id_time or ahead_minutes > 0
                then 'post ' || post_id || ' on page ' || page_key || coalesce(' of ' || file_name, '')
        end as name
    from posts
)

select
    client_id,
    network,
    stream,
    day,
    count(distinct post_id) filter (where is_data) as post_count,
    -- a post that was fetched twice is one post, but it was paid for twice and may have failed twice
    count(*) filter (where is_asked_for) as api_post_row_count,
    count(*) filter (where is_asked_for and lang is null) as lang_null_count,
    count(*) filter (where is_asked_for and reply_count is null) as reply_count_null_count,
    count(*) filter (where is_asked_for and coalesce({{ list_length('post_references') }}, 0) = 0)
        as parent_null_count,
    avg(case when author_id is null then 1 else 0 end) filter (where is_from_api) as author_id_null_share,
    avg(case when created_at is null then 1 else 0 end) filter (where is_from_api) as created_at_null_share,
    avg(case when conversation_id is null then 1 else 0 end) filter (
        where is_from_api and {{ is_network_that('names_conversations', 'network') }}
    ) as conversation_id_null_share,
    count(*) filter (where is_outside_window) as outside_window_count,
    count(*) filter (where is_off_id_time) as off_id_time_count,
    max(ahead_minutes) as newest_post_ahead_minutes,
    min(name) filter (where is_outside_window) as outside_window_example,
    min(name) filter (where is_off_id_time) as off_id_time_example,
    {{ last_by('case when ahead_minutes > 0 then name end', 'ahead_minutes') }} as newest_post_example,
    min(created_at) filter (where is_data) as oldest_post_at,
    max(created_at) filter (where is_data) as newest_post_at
from named
group by client_id, network, stream, day
