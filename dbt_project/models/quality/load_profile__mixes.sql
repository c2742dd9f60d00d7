{{ config(materialized='ephemeral') }}
-- How far the newest day of a stream differs from the days before in the languages and the kinds of its
-- posts: the share of posts that would have to change for the two mixes to be the same.
with pages as (
    select * from {{ ref('load_profile__pages') }} where source = 'api'
),

newest_days as (
    select
        client_id,
        network,
        stream,
        max(day) as newest_day
    from {{ ref('load_profile__pages') }}
    where {{ is_stream_of('expected_streams', 'network', 'stream') }}
    group by client_id, network, stream
),

recent_pages as (
    select
        pages.*,
        newest_days.newest_day
    from pages
    inner join newest_days
        on pages.client_id = newest_days.client_id
            and pages.network = newest_days.network
            and pages.stream = newest_days.stream
            and newest_days.newest_day - {{ var('profile_trailing_days') }} <= pages.day
),

raw_posts as (
    select
        page_key,
        section,
        post_id,
        lang,
        coalesce(referenced_tweets, referenced_posts) as post_references
    from {{ rows_touched(source('raw', 'posts'), 'recent_pages', ['page_key']) }} as came_in
),

posts as (
    select
        recent_pages.client_id,
        recent_pages.network,
        recent_pages.stream,
        recent_pages.day = recent_pages.newest_day as is_newest,
        raw_posts.post_id,
        coalesce(raw_posts.lang, 'none') as lang,
        coalesce({{ first_item('raw_posts.post_references') }}.type, 'original') as kind
    from raw_posts
    inner join recent_pages on raw_posts.page_key = recent_pages.page_key
    where raw_posts.section = 'data'
),

-- each post with its language and its kind
mixed as (
    select
        client_id,
        network,
        stream,
        is_newest,
        post_id,
        'language' as mix,
        lang as part
    from posts
    union all
    select
        client_id,
        network,
        stream,
        is_newest,
        post_id,
        'kind' as mix,
        kind as part
    from posts
),

-- how many posts of each language and kind there were on the newest day, and in the days before
parts as (
    select
        client_id,
        network,
        stream,
        mix,
        part,
        count(distinct case when is_newest then post_id end) as newest_count,
        count(distinct case when not is_newest then post_id end) as earlier_count
    from mixed
    group by client_id, network, stream, mix, part
),

shares as (
    select
        *,
        sum(newest_count) over mix_of_stream as newest_total,
        sum(earlier_count) over mix_of_stream as earlier_total,
        newest_count / nullif(sum(newest_count) over mix_of_stream, 0) as newest_share,
        earlier_count / nullif(sum(earlier_count) over mix_of_stream, 0) as earlier_share
    from parts
    window mix_of_stream as (partition by client_id, network, stream, mix)
),

drifts as (
    select
        client_id,
        network,
        stream,
        mix,
        case
            when least(max(newest_total), max(earlier_total)) >= {{ var('profile_mix_floor') }}
                then
                    -- decimal: a sum of many is the same whatever their order
                    cast(sum(cast(abs(newest_share - earlier_share) as decimal(18, 15))) as double) / 2
        end as drift
    from shares
    group by client_id, network, stream, mix
)

select
    client_id,
    network,
    stream,
    max(case when mix = 'language' then drift end) as language_drift,
    max(case when mix = 'kind' then drift end) as kind_drift
from drifts
group by client_id, network, stream
