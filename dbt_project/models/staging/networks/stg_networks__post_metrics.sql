{{ config(
    materialized='incremental',
    unique_key=['network', 'post_id'],
    meta={'changes': 'stg_networks__changed_posts'},
) }}
-- Without reposts: they repeat the counts of the original, which would then be summed several times.
with pages as (
    select * from {{ ref('stg_rapport__pages') }}
),

beyond as (
    select * from {{ ref('stg_networks__beyond_windows') }}
),

source as (
    select posts.*
    from {{ only_changed(source('raw', 'posts'), ref('stg_networks__changed_posts')) }} as posts
    anti join beyond on posts.network = beyond.network and posts.post_id = beyond.post_id
    where
        posts.post_id is not null
        and posts.public_metrics is not null
        and not {{ has_reference('coalesce(posts.referenced_tweets, posts.referenced_posts)', 'retweeted') }}
),

renamed as (
    select
        source.network,
        source.post_id,
        coalesce(pages.owner_client_id, '') as owner_client_id,
        source.observed_at,
        {{ proving_count('source.network', 'source.public_metrics.reply_count') }} as reply_count,
        source.public_metrics.quote_count as quote_count,
        coalesce(source.public_metrics.retweet_count, source.public_metrics.repost_count) as repost_count,
        source.public_metrics.like_count as like_count,
        source.public_metrics.bookmark_count as bookmark_count,
        source.public_metrics.impression_count as impression_count
    from source
    inner join pages on source.page_key = pages.page_key
)

select
    network,
    post_id,
    owner_client_id,
    observed_at,
    max(reply_count) as reply_count,
    max(quote_count) as quote_count,
    max(repost_count) as repost_count,
    max(like_count) as like_count,
    max(bookmark_count) as bookmark_count,
    max(impression_count) as impression_count
from renamed
group by network, post_id, owner_client_id, observed_at
