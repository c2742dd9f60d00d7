-- How far a client's data reaches: to the end of its newest window; without any window, to the newest post of
-- its own pages and of imported files. No data reaches further than the moment it was fetched, whatever a
-- window or a post says.
with pages as (
    select * from {{ ref('stg_rapport__pages') }}
),

clients as (
    select * from {{ ref('stg_rapport__clients') }}
),

posts as (
    select * from {{ ref('stg_networks__posts') }}
),

page_posts as (
    select * from {{ ref('stg_networks__page_posts') }}
),

newest_window as (
    select
        client_id,
        -- conversations are fetched more often than whole days, so their windows may end later
        least(
            coalesce(
                max(window_end_at) filter (where {{ is_stream_of('expected_streams', 'network', 'stream') }}),
                max(window_end_at)
            ),
            max(fetched_at)
        ) as as_of_at
    from pages
    where source = 'api'
    group by client_id
    having max(window_end_at) is not null
),

-- client '' is for imported files, which belong to no client
everyone as (
    select client_id from clients
    union
    select '' as client_id
),

windowless as (
    select everyone.client_id
    from everyone
    anti join newest_window on everyone.client_id = newest_window.client_id
),

own_pages as (
    select
        windowless.client_id,
        pages.page_key,
        -- a file may be dated before its posts: then it is known from its loading that they were there
        greatest(pages.fetched_at, pages.loaded_at) as loaded_at
    from windowless
    inner join pages on windowless.client_id = pages.owner_client_id
    union
    select
        windowless.client_id,
        pages.page_key,
        greatest(pages.fetched_at, pages.loaded_at) as loaded_at
    from windowless
    cross join pages
    where pages.owner_client_id = ''
),

-- grouped first, so that without such a client not even the keys of the posts are read
own_posts as (
    select
        own_pages.client_id,
        page_posts.network,
        page_posts.post_id,
        max(own_pages.loaded_at) as loaded_at
    from own_pages
    inner join page_posts on own_pages.page_key = page_posts.page_key
    group by own_pages.client_id, page_posts.network, page_posts.post_id
),

newest_post as (
    select
        own_posts.client_id,
        least(max(posts.created_at) + interval '1' second, max(own_posts.loaded_at)) as as_of_at
    from own_posts
    inner join posts on own_posts.network = posts.network and own_posts.post_id = posts.post_id
    group by own_posts.client_id
)

select
    everyone.client_id,
    newest_window.as_of_at
from everyone
inner join newest_window on everyone.client_id = newest_window.client_id
union all
select
    client_id,
    as_of_at
from newest_post
where as_of_at is not null
