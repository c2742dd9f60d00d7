{{ config(materialized='ephemeral') }}
-- Topics that new people and we both write about: hashtags, stakeholders' topics where a text names them, and
-- the client's topics.
with paths as (
    select distinct
        client_id,
        person_id
    from {{ ref('int_introductions__paths') }}
),

posts as (
    select * from {{ ref('int_posts__typed') }} where kind <> 'repost'
),

versions as (
    select * from {{ ref('stg_networks__posts') }}
),

people as (
    select * from {{ ref('int_people__accounts') }}
),

client_posts as (
    select * from {{ ref('int_clients__posts') }}
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

our_topics as (
    select distinct
        client_id,
        topic_key,
        topic
    from {{ ref('int_content__topics') }}
),

horizons as (
    select * from {{ ref('int_coverage__as_of') }}
),

by_people as (
    select
        posts.*,
        {{ person_of('people', 'posts.network', 'posts.account_id') }} as person_id
    from posts
    left join people on posts.network = people.network and posts.account_id = people.account_id
),

their_posts as (
    select
        paths.client_id,
        paths.person_id,
        by_people.network,
        by_people.post_id,
        -- capitals do not matter
        {{ lower_case('versions.text') }} as text
    from paths
    inner join horizons on paths.client_id = horizons.client_id
    inner join by_people on paths.person_id = by_people.person_id and horizons.as_of_at > by_people.created_at
    inner join versions
        on by_people.network = versions.network and by_people.latest_version_id = versions.post_id
    semi join client_posts
        on paths.client_id = client_posts.client_id
            and by_people.network = client_posts.network
            and by_people.post_id = client_posts.post_id
),

tagged as (
    select distinct
        client_id,
        person_id,
        {{ each_of(hashtags('text')) }} as topic
    from their_posts
),

named as (
    select distinct
        their_posts.client_id,
        their_posts.person_id,
        client_topics.topic
    from their_posts
    inner join client_topics
        on their_posts.client_id = client_topics.client_id
            -- cheap, and true for few texts; only these are searched for whole words
            and contains(their_posts.text, client_topics.topic)
            and {{ holds_words('their_posts.text', 'client_topics.topic') }}
),

about as (
    select
        their_posts.client_id,
        their_posts.person_id,
        {{ lower_case('topic_posts.topic') }} as topic
    from their_posts
    inner join topic_posts
        on their_posts.client_id = topic_posts.client_id
            and their_posts.network = topic_posts.network
            and their_posts.post_id = topic_posts.post_id
),

theirs as (
    select * from tagged
    union
    select * from named
    union
    select * from about
)

select
    theirs.client_id,
    theirs.person_id,
    count(*) as shared_topic_count,
    {{ sorted_list('our_topics.topic', 'our_topics.topic_key') }} as shared_topics
from theirs
inner join our_topics on theirs.client_id = our_topics.client_id and theirs.topic = our_topics.topic_key
group by theirs.client_id, theirs.person_id
