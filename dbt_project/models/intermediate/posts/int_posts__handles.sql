{{ config(
    materialized='incremental',
    unique_key=['network', 'post_id'],
    meta={'changes': '_changes__posts'},
) }}
-- Posts that name an account only by its handle, as old files do. Whom they mean depends on who has the
-- handle.
with posts as {{ not_kept() }} (
    select *
    from {{ only_changed(ref('int_posts__typed'), ref('_changes__posts')) }}
),

named as (
    select
        network,
        post_id,
        {{ each_of('mentions') }} as mention
    from posts
    where kind <> 'repost' and {{ list_length('mentions') }} > 0
),

mentions as (
    select
        network,
        post_id,
        lower(mention.username) as handle
    from named
    where mention.id is null
),

-- a repost begins with the handle of the post's author
reposts as (
    select
        network,
        post_id,
        {{ reposted_handle('text') }} as handle
    from posts
    where kind = 'repost' and {{ mentioned_at('mentions', 3) }} is null
)

select
    network,
    post_id,
    handle
from mentions
union
select
    network,
    post_id,
    handle
from reposts
where handle <> ''
