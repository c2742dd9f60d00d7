-- How far a client's data reaches: to the end of its newest window; without any window, to the newest post of
-- its own pages and of files on its networks, if one of them is its own, is by one of its accounts or to one.
-- Without that it has no row: nothing is known of it, and that nobody waits for it least of all. No data
-- reaches further than the moment it was fetched, whatever a window or a post says.
with pages as (
    select * from {{ ref('stg_rapport__pages') }}
),

clients as (
    select * from {{ ref('stg_rapport__clients') }}
),

client_accounts as (
    select * from {{ ref('stg_rapport__client_accounts') }}
),

client_networks as (
    select distinct
        client_id,
        network
    from client_accounts
),

handles as (
    select * from {{ ref('int_accounts__handles') }}
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
        true as is_for_it,
        -- a file may be dated before its posts: then it is known from its loading that they were there
        greatest(pages.fetched_at, pages.loaded_at) as loaded_at
    from windowless
    inner join pages on windowless.client_id = pages.owner_client_id
    union
    select
        windowless.client_id,
        pages.page_key,
        pages.client_id = windowless.client_id as is_for_it,
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
        bool_or(own_pages.is_for_it) as is_for_it,
        max(own_pages.loaded_at) as loaded_at
    from own_pages
    inner join page_posts on own_pages.page_key = page_posts.page_key
    left join client_networks
        on own_pages.client_id = client_networks.client_id and page_posts.network = client_networks.network
    where own_pages.client_id = '' or client_networks.client_id is not null
    group by own_pages.client_id, page_posts.network, page_posts.post_id
),

read_posts as (
    select
        own_posts.client_id,
        own_posts.is_for_it,
        own_posts.loaded_at,
        posts.network,
        posts.account_id,
        posts.in_reply_to_account_id,
        posts.replied_to_post_id,
        posts.quoted_post_id,
        posts.reposted_post_id,
        posts.mentions,
        posts.created_at
    from own_posts
    inner join posts on own_posts.network = posts.network and own_posts.post_id = posts.post_id
),

ours as (
    select
        client_accounts.client_id,
        client_accounts.network,
        coalesce(client_accounts.account_id, handles.account_id) as account_id
    from client_accounts
    left join handles
        on client_accounts.account_id is null
            and client_accounts.network = handles.network
            and client_accounts.handle = handles.handle
    where client_accounts.role in ('tracked', 'team')
),

mentions as (
    select
        client_id,
        network,
        {{ each_of('mentions') }} as mention
    from read_posts
    where mentions is not null
),

referred as (
    select
        client_id,
        network,
        replied_to_post_id as post_id
    from read_posts
    where replied_to_post_id is not null
    union all
    select
        client_id,
        network,
        quoted_post_id as post_id
    from read_posts
    where quoted_post_id is not null
    union all
    select
        client_id,
        network,
        reposted_post_id as post_id
    from read_posts
    where reposted_post_id is not null
),

-- whom its posts are by, and whom they may be to
named as (
    select
        client_id,
        network,
        account_id
    from read_posts
    union all
    select
        client_id,
        network,
        in_reply_to_account_id as account_id
    from read_posts
    union all
    select
        mentions.client_id,
        mentions.network,
        coalesce(mentions.mention.id, handles.account_id) as account_id
    from mentions
    left join handles
        on mentions.network = handles.network
            and {{ lower_case('mentions.mention.username') }} = handles.handle
    union all
    select
        referred.client_id,
        referred.network,
        posts.account_id
    from referred
    inner join posts on referred.network = posts.network and referred.post_id = posts.post_id
),

known as (
    select client_id
    from read_posts
    where is_for_it
    union
    select named.client_id
    from named
    semi join ours
        on named.client_id = ours.client_id
            and named.network = ours.network
            and named.account_id = ours.account_id
),

newest_post as (
    select
        read_posts.client_id,
        least(max(read_posts.created_at) + interval '1' second, max(read_posts.loaded_at)) as as_of_at
    from read_posts
    semi join known on read_posts.client_id = known.client_id
    group by read_posts.client_id
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
