-- The accounts that the network lists as having reposted or liked a post. It does not say when they did.
with users as (
    select * from {{ source('raw', 'users') }}
    where network = 'x' and section = 'data' and account_id is not null
),

pages as (
    select * from {{ source('raw', 'pages') }} where stream in ('reposters', 'likers')
)

select
    users.network,
    -- the post's id is part of the path: /2/tweets/:id/retweeted_by
    regexp_extract(pages.endpoint, '/tweets/([0-9]+)/', 1) as post_id,
    users.account_id,
    case pages.stream when 'likers' then 'like' else 'repost' end as kind,
    min(users.observed_at) as observed_at
from users
inner join pages on users.page_key = pages.page_key
where regexp_extract(pages.endpoint, '/tweets/([0-9]+)/', 1) <> ''
group by users.network, regexp_extract(pages.endpoint, '/tweets/([0-9]+)/', 1), users.account_id, pages.stream
