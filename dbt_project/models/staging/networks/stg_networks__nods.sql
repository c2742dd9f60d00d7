-- The accounts that a network lists as having reposted or liked a post. Some say when an account liked it.
with users as (
    select * from {{ source('raw', 'users') }}
    where section = 'data' and account_id is not null
),

pages as (
    select * from {{ source('raw', 'pages') }}
    where stream in ('reposters', 'likers')
)

select
    users.network,
    coalesce(users.about_post_id, pages.about_post_id) as post_id,
    users.account_id,
    case pages.stream when 'likers' then 'like' else 'repost' end as kind,
    min(users.acted_at) as acted_at,
    min(users.observed_at) as observed_at
from users
inner join pages on users.page_key = pages.page_key
where coalesce(users.about_post_id, pages.about_post_id) is not null
group by users.network, coalesce(users.about_post_id, pages.about_post_id), users.account_id, pages.stream
