-- How far a client's data reaches: to the end of its newest window; without any window, to the newest post.
-- No data reaches further than the moment it was fetched, whatever a window or a post says.
with pages as (
    select * from {{ ref('stg_rapport__pages') }}
),

clients as (
    select * from {{ ref('stg_rapport__clients') }}
),

posts as (
    select * from {{ ref('int_networks__posts') }}
),

-- a file may be dated before its posts: then it is known from its loading that they were there
newest_load as (
    select max(greatest(fetched_at, loaded_at)) as loaded_at from pages
),

newest_post as (
    select least(max(posts.created_at) + interval '1' second, max(newest_load.loaded_at)) as as_of_at
    from posts
    cross join newest_load
),

newest_window as (
    select
        client_id,
        -- conversations are fetched more often than whole days, so their windows may end later
        least(
            coalesce(
                max(window_end_at) filter (where {{ is_expected_stream('network', 'stream') }}),
                max(window_end_at)
            ),
            max(fetched_at)
        ) as as_of_at
    from pages
    where source = 'api'
    group by client_id
),

-- client '' is for imported files, which belong to no client
everyone as (
    select client_id from clients
    union
    select '' as client_id
)

select
    everyone.client_id,
    coalesce(newest_window.as_of_at, newest_post.as_of_at) as as_of_at
from everyone
left join newest_window on everyone.client_id = newest_window.client_id
cross join newest_post
where coalesce(newest_window.as_of_at, newest_post.as_of_at) is not null
