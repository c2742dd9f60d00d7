-- Who liked or reposted a post, by the network's lists; without reposts that were captured as posts.
with nods as (
    select * from {{ ref('stg_networks__nods') }}
),

versions as (
    select * from {{ ref('int_posts__versions') }}
),

posts as {{ not_kept() }} (
    select * from {{ ref('int_posts__typed') }}
),

-- a nod to one of several versions is one to the post, of the first time that was told
resolved as (
    select
        nods.network,
        coalesce(versions.post_id, nods.post_id) as post_id,
        nods.account_id,
        nods.kind,
        min(nods.acted_at) as acted_at
    from nods
    left join versions on nods.network = versions.network and nods.post_id = versions.version_post_id
    group by nods.network, coalesce(versions.post_id, nods.post_id), nods.account_id, nods.kind
)

select
    resolved.network,
    resolved.post_id,
    resolved.account_id as from_account_id,
    posts.account_id as to_account_id,
    resolved.kind,
    resolved.acted_at
from resolved
inner join posts on resolved.network = posts.network and resolved.post_id = posts.post_id
-- a captured repost is better: it has a time
left join posts as reposts
    on resolved.network = reposts.network
        and resolved.post_id = reposts.reposted_post_id
        and resolved.account_id = reposts.account_id
        and resolved.kind = 'repost'
where reposts.post_id is null
