-- What a post of ours is about: its hashtags, and the client's own topics where its text names them.
with posts as (
    select * from {{ ref('int_content__posts') }} where kind <> 'repost'
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
        client_id,
        network,
        post_id,
        -- capitals do not matter
        lower(text) as text
    from posts
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
