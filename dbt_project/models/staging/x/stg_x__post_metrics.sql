{{ config(
    materialized='incremental',
    unique_key=['network', 'post_id'],
    meta={'changes': 'stg_x__changed_posts'},
) }}
-- Without reposts: they repeat the counts of the original, which would then be summed several times.
with source as (
    select *
    from {{ only_changed(source('raw', 'posts'), ref('stg_x__changed_posts')) }}
    where
        network = 'x'
        and post_id is not null
        and public_metrics is not null
        and not {{ has_reference('coalesce(referenced_tweets, referenced_posts)', 'retweeted') }}
),

renamed as (
    select
        network,
        post_id,
        observed_at,
        public_metrics.reply_count as reply_count,
        public_metrics.quote_count as quote_count,
        coalesce(public_metrics.retweet_count, public_metrics.repost_count) as repost_count,
        public_metrics.like_count as like_count,
        public_metrics.bookmark_count as bookmark_count,
        public_metrics.impression_count as impression_count
    from source
)

select
    network,
    post_id,
    observed_at,
    max(reply_count) as reply_count,
    max(quote_count) as quote_count,
    max(repost_count) as repost_count,
    max(like_count) as like_count,
    max(bookmark_count) as bookmark_count,
    max(impression_count) as impression_count
from renamed
group by network, post_id, observed_at
