-- What a post of ours is about: its hashtags, the stakeholders' topics where its text names them, and the
-- client's topics.
with posts as (
    select * from {{ ref('int_content__posts') }} where kind <> 'repost'
),

client_topics as (
    select distinct
        client_id,
        {{ lower_case('topic') }} as topic
    from {{ ref('stg_rapport__stakeholders') }}
    where topic <> ''
),

topic_posts as (
    select * from {{ ref('int_topics__posts') }}
),

our_posts as (
    select
        client_id,
        network,
        post_id,
        -- capitals do not matter
        {{ lower_case('text') }} as text
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
union
select
    our_posts.client_id,
    our_posts.network,
    our_posts.post_id,
    {{ lower_case('topic_posts.topic') }} as topic
from our_posts
inner join topic_posts
    on our_posts.client_id = topic_posts.client_id
        and our_posts.network = topic_posts.network
        and our_posts.post_id = topic_posts.post_id
