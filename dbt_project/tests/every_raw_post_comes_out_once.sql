-- Every post id that came in is in a conversation, a repost or a tombstone, and in one of them only. Versions
-- of an edited post come out under their canonical id; of what was erased each version has a tombstone.
with raw_posts as (
    select
        raw_rows.network,
        coalesce(versions.post_id, raw_rows.post_id) as post_id
    from {{ source('raw', 'posts') }} as raw_rows
    left join {{ ref('int_posts__versions') }} as versions
        on raw_rows.network = versions.network and raw_rows.post_id = versions.version_post_id
    where raw_rows.post_id is not null
    union
    select
        network,
        object_id as post_id
    from {{ ref('stg_rapport__tombstones') }}
    where object_type = 'post'
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
    select
        network,
        object_id as post_id
    from {{ ref('stg_rapport__tombstones') }}
    where object_type = 'post'
)

select
    coalesce(raw_posts.post_id, homes.post_id) as post_id,
    count(homes.post_id) as home_count
from raw_posts
full join homes on raw_posts.network = homes.network and raw_posts.post_id = homes.post_id
group by coalesce(raw_posts.post_id, homes.post_id)
having count(homes.post_id) <> 1 or count(raw_posts.post_id) <> 1
