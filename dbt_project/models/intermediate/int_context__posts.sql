-- The network's newest counts of each post of ours, whatever version they were given for. Context only.
with metrics as (
    select * from {{ ref('stg_x__post_metrics') }}
),

versions as (
    select * from {{ ref('int_posts__versions') }}
),

posts as (
    select * from {{ ref('int_posts__typed') }} where kind <> 'repost'
),

client_accounts as (
    select * from {{ ref('int_clients__accounts') }} where is_ours
),

canonical as (
    select
        metrics.*,
        metrics.post_id as metrics_post_id,
        coalesce(versions.post_id, metrics.post_id) as canonical_post_id
    from metrics
    left join versions on metrics.network = versions.network and metrics.post_id = versions.version_post_id
),

newest as (
    select
        network,
        canonical_post_id as post_id,
        {{ last_by('like_count', 'observed_at, ' ~ id_order('metrics_post_id')) }} as like_count,
        {{ last_by('repost_count', 'observed_at, ' ~ id_order('metrics_post_id')) }} as repost_count,
        {{ last_by('quote_count', 'observed_at, ' ~ id_order('metrics_post_id')) }} as quote_count,
        {{ last_by('reply_count', 'observed_at, ' ~ id_order('metrics_post_id')) }} as reply_count,
        {{ last_by('bookmark_count', 'observed_at, ' ~ id_order('metrics_post_id')) }} as bookmark_count,
        {{ last_by('impression_count', 'observed_at, ' ~ id_order('metrics_post_id')) }} as impression_count,
        max(observed_at) as observed_at
    from canonical
    group by network, canonical_post_id
)

select
    client_accounts.client_id,
    posts.network,
    posts.account_id,
    posts.post_id,
    posts.created_at,
    {{ week_start('posts.created_at') }} as week_start_date,
    newest.like_count,
    newest.repost_count,
    newest.quote_count,
    newest.reply_count,
    newest.bookmark_count,
    newest.impression_count,
    newest.observed_at
from posts
inner join client_accounts
    on posts.network = client_accounts.network and posts.account_id = client_accounts.account_id
left join newest on posts.network = newest.network and posts.post_id = newest.post_id
