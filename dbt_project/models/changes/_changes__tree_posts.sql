-- Posts whose place in a conversation may change, with the conversation they were in. A "part" is everything
-- below one top, a post without a captured parent. A part is placed again as a whole if one of its posts, or
-- a parent or an answer of one, changed; or if the post that its top names as the root lies in such a part.
with changed as (
    select * from {{ ref('_changes__posts') }}
),

posts as {{ not_kept() }} (
    select * from {{ ref('int_posts__typed') }}
),

placed_before as {{ not_kept() }} (
    select *
    from {{ before('intermediate', 'int_conversations__placed',
        ['network', 'post_id', 'root_post_id', 'top_post_id', 'claimed_root_post_id']) }}
),

parents as (
    select
        posts.network,
        posts.parent_post_id as post_id
    from posts
    semi join changed on posts.network = changed.network and posts.post_id = changed.post_id
    where posts.parent_post_id is not null
),

answers as (
    select
        posts.network,
        posts.post_id
    from posts
    semi join changed on posts.network = changed.network and posts.parent_post_id = changed.post_id
),

touched as (
    select * from changed
    union
    select * from parents
    union
    select * from answers
),

touched_tops as (
    select distinct
        placed_before.network,
        placed_before.top_post_id
    from placed_before
    semi join touched
        on placed_before.network = touched.network and placed_before.post_id = touched.post_id
),

touched_parts as (
    select
        placed_before.network,
        placed_before.post_id
    from placed_before
    semi join touched_tops
        on placed_before.network = touched_tops.network
            and placed_before.top_post_id = touched_tops.top_post_id
    union
    select * from touched
),

claiming_tops as (
    select
        placed_before.network,
        placed_before.top_post_id
    from placed_before
    semi join touched_parts
        on placed_before.network = touched_parts.network
            and placed_before.claimed_root_post_id = touched_parts.post_id
    where placed_before.post_id = placed_before.top_post_id
),

tops as (
    select * from touched_tops
    union
    select * from claiming_tops
),

again as (
    select
        placed_before.network,
        placed_before.post_id
    from placed_before
    semi join tops
        on placed_before.network = tops.network and placed_before.top_post_id = tops.top_post_id
    union
    select * from changed
    union
    select * from answers
)

select
    again.network,
    again.post_id,
    placed_before.root_post_id as root_post_id_before
from again
left join placed_before
    on again.network = placed_before.network and again.post_id = placed_before.post_id
{{ none_if_full() }}
