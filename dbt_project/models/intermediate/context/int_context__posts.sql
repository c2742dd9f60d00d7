{{ config(
    materialized='incremental',
    unique_key=['network', 'post_id'],
    meta={'changes': '_changes__posts'},
) }}
-- The network's newest counts of each post of ours, over all its versions, by the client's own pages. They
-- serve as context only.
with metrics as (
    select * from {{ ref('stg_networks__post_metrics') }}
),

versions as (
    select * from {{ ref('int_posts__versions') }}
),

our_posts as (
    select *
    from {{ only_changed(ref('int_content__posts'), ref('_changes__posts')) }}
    where kind <> 'repost'
),

their_versions as (
    select
        client_id,
        network,
        post_id as version_post_id,
        post_id
    from our_posts
    union
    select
        our_posts.client_id,
        versions.network,
        versions.version_post_id,
        versions.post_id
    from versions
    inner join our_posts on versions.network = our_posts.network and versions.post_id = our_posts.post_id
),

seen as (
    select
        metrics.*,
        their_versions.client_id,
        their_versions.post_id as canonical_post_id
    from metrics
    inner join their_versions
        on metrics.network = their_versions.network
            and metrics.post_id = their_versions.version_post_id
            and (metrics.owner_client_id = their_versions.client_id or metrics.owner_client_id = '')
),

newest as (
    select
        client_id,
        network,
        canonical_post_id as post_id,
        {{ last_by('like_count', 'observed_at, ' ~ id_order('seen.post_id')) }} as like_count,
        {{ last_by('repost_count', 'observed_at, ' ~ id_order('seen.post_id')) }} as repost_count,
        {{ last_by('quote_count', 'observed_at, ' ~ id_order('seen.post_id')) }} as quote_count,
        {{ last_by('reply_count', 'observed_at, ' ~ id_order('seen.post_id')) }} as reply_count,
        {{ last_by('bookmark_count', 'observed_at, ' ~ id_order('seen.post_id')) }} as bookmark_count,
        {{ last_by('impression_count', 'observed_at, ' ~ id_order('seen.post_id')) }} as impression_count,
        max(observed_at) as observed_at
    from seen
    group by client_id, network, canonical_post_id
)

select
    our_posts.client_id,
    our_posts.network,
    our_posts.account_id,
    our_posts.post_id,
    our_posts.created_at,
    {{ week_start('our_posts.created_at') }} as week_start_date,
    newest.like_count,
    newest.repost_count,
    newest.quote_count,
    newest.reply_count,
    newest.bookmark_count,
    newest.impression_count,
    newest.observed_at
from our_posts
left join newest
    on our_posts.client_id = newest.client_id
        and our_posts.network = newest.network
        and our_posts.post_id = newest.post_id
