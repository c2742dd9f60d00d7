{{ config(
    materialized='incremental',
    incremental_strategy='replace_changed',
    unique_key=['network', 'post_id'],
    meta={'changes': 'int_changes__posts'},
) }}
-- Posts that name an account by its handle alone, as old files do: whom they mean hangs on who has it now.
with posts as (
    select *
    from {{ only_changed(ref('int_posts__typed'), ref('int_changes__posts')) }}
),

mentions as (
    select
        network,
        post_id,
        unnest(mentions).id as account_id,
        lower(unnest(mentions).username) as handle
    from posts
    where kind <> 'repost' and len(mentions) > 0
),

-- a repost opens with whose post it repeats
reposts as (
    select
        network,
        post_id,
        lower(regexp_extract(text, '^RT @([A-Za-z0-9_]+)', 1)) as handle
    from posts
    where kind = 'repost' and {{ mentioned_at('mentions', 3) }} is null
)

select
    network,
    post_id,
    handle
from mentions
where account_id is null
union
select
    network,
    post_id,
    handle
from reposts
where handle <> ''
