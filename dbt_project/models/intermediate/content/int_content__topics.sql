-- What a post of ours is about: its hashtags, the stakeholders' topics where its text names them, and the
-- client's topics. Capitals do not matter: a topic is shown in one spelling.
with posts as (
    select * from {{ ref('int_content__posts') }} where kind <> 'repost'
),

stakeholder_topics as (
    select
        client_id,
        topic
    from {{ ref('stg_rapport__stakeholders') }}
    where topic <> ''
),

topic_posts as (
    select * from {{ ref('int_topics__posts') }}
),

tagged as (
    select
        client_id,
        network,
        post_id,
        {{ each_of(hashtags('text')) }} as topic
    from posts
),

named as (
    select
        posts.client_id,
        posts.network,
        posts.post_id,
        stakeholder_topics.topic
    from posts
    inner join stakeholder_topics
        on posts.client_id = stakeholder_topics.client_id
            -- cheap, and true for few texts; only these are searched for whole words
            and contains({{ lower_case('posts.text') }}, {{ lower_case('stakeholder_topics.topic') }})
            and {{ holds_words('posts.text', 'stakeholder_topics.topic') }}
),

about as (
    select
        posts.client_id,
        posts.network,
        posts.post_id,
        topic_posts.topic
    from posts
    inner join topic_posts
        on posts.client_id = topic_posts.client_id
            and posts.network = topic_posts.network
            and posts.post_id = topic_posts.post_id
),

found as (
    select
        *,
        1 as place
    from about
    union all
    select
        *,
        2 as place
    from named
    union all
    select
        *,
        3 as place
    from tagged
),

-- how often each is written so
spellings as (
    select
        client_id,
        topic,
        place,
        count(*) as written_count
    from found
    group by client_id, topic, place
),

-- as the client spells it, else its list of stakeholders, else most of our posts
shown as (
    select
        client_id,
        topic,
        {{ lower_case('topic') }} as topic_key
    from spellings
    qualify row_number() over (
            partition by client_id, {{ lower_case('topic') }}
            order by place asc, written_count desc, topic asc
        ) = 1
)

select distinct
    found.client_id,
    found.network,
    found.post_id,
    shown.topic_key,
    shown.topic
from found
inner join shown
    on found.client_id = shown.client_id and {{ lower_case('found.topic') }} = shown.topic_key
