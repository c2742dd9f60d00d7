-- What a post of ours is about: its hashtags, and the client's own topics where its text names them.
with posts as (
    select * from {{ ref('int_posts__typed') }} where kind <> 'repost'
),

versions as (
    select * from {{ ref('int_networks__posts') }}
),

client_accounts as (
    select * from {{ ref('int_clients__accounts') }} where is_ours
),

client_posts as (
    select * from {{ ref('int_clients__posts') }}
),

client_topics as (
    select distinct
        client_id,
        lower(topic) as topic
    from {{ ref('stg_rapport__stakeholders') }}
    where topic <> ''
),

our_posts as (
    select
        client_accounts.client_id,
        posts.network,
        posts.post_id,
        -- capitals do not matter
        lower(versions.text) as text
    from posts
    inner join client_accounts
        on posts.network = client_accounts.network and posts.account_id = client_accounts.account_id
    inner join versions on posts.network = versions.network and posts.latest_version_id = versions.post_id
    semi join client_posts
        on client_accounts.client_id = client_posts.client_id
            and posts.network = client_posts.network
            and posts.post_id = client_posts.post_id
),

tagged as (
    select
        client_id,
        network,
        post_id,
        {{ each_of(hashtags('text')) }} as topic
    from our_posts
),

named as (
    select
        our_posts.client_id,
        our_posts.network,
        our_posts.post_id,
        client_topics.topic
    from our_posts
    inner join client_topics
        on our_posts.client_id = client_topics.client_id
            -- cheap, and true for few texts; only these are searched for whole words
            and contains(our_posts.text, client_topics.topic)
            and {{ holds_words('our_posts.text', 'client_topics.topic') }}
)

select * from tagged
union
select * from named
