-- Every post id in raw that a run asked for is a post of a conversation, a repost or a tombstone, and only
-- one of these. Versions of an edited post count under their canonical id; of an erased post each version has
-- a tombstone. After a daily build only the posts of new loads are tested: the others were tested before.
with beyond as (
    select * from {{ ref('stg_networks__beyond_windows') }}
),

raw_rows as (
    select posts.*
    from {{ source('raw', 'posts') }} as posts
    anti join beyond on posts.network = beyond.network and posts.post_id = beyond.post_id
    where posts.post_id is not null
),

-- read only after a daily build
changed as (  -- noqa: ST03
    select * from {{ ref('stg_networks__changed_posts') }}
),

versions as (
    select * from {{ ref('int_posts__versions') }}
),

tombstones as (
    select
        network,
        object_id as post_id
    from {{ ref('stg_rapport__tombstones') }}
    where object_type = 'post'
),

came_in as (
    select
        raw_rows.network,
        raw_rows.post_id
    from raw_rows
    {% if is_daily() %}
        semi join changed
            on raw_rows.network = changed.network and raw_rows.post_id = changed.post_id
    {% endif %}
),

raw_posts as (
    select
        came_in.network,
        coalesce(versions.post_id, came_in.post_id) as post_id
    from came_in
    left join versions
        on came_in.network = versions.network and came_in.post_id = versions.version_post_id
    union
    select * from tombstones
),

homes as (
    select
        network,
        post_id
    from {{ ref('conversation_posts') }}
    union all
    select
        network,
        post_id
    from {{ ref('posts') }} where kind = 'repost'
    union all
    select * from tombstones
),

looked_at as (
    select homes.*
    from homes
    {% if is_daily() %}
        semi join raw_posts on homes.network = raw_posts.network and homes.post_id = raw_posts.post_id
    {% endif %}
)

select
    coalesce(raw_posts.network, looked_at.network) as network,
    coalesce(raw_posts.post_id, looked_at.post_id) as post_id,
    count(looked_at.post_id) as home_count
from raw_posts
full join looked_at on raw_posts.network = looked_at.network and raw_posts.post_id = looked_at.post_id
group by coalesce(raw_posts.network, looked_at.network), coalesce(raw_posts.post_id, looked_at.post_id)
having count(looked_at.post_id) <> 1 or count(raw_posts.post_id) <> 1
