-- Which posts of a client are about which of its topics: by a word of the topic in the text, by the text's
-- meaning, or because somebody has said so. What was corrected by hand stands above what was found.
with topics as (
    select * from {{ ref('stg_rapport__topics') }}
),

matches as (
    select * from {{ ref('stg_rapport__topic_matches') }}
),

corrections as (
    select * from {{ ref('stg_rapport__topic_corrections') }}
),

posts as (
    select * from {{ ref('int_posts__typed') }} where kind <> 'repost'
),

client_posts as (
    select * from {{ ref('int_clients__posts') }}
),

versions as (
    select * from {{ ref('stg_networks__posts') }}
),

-- the texts are many, and hashed only where there are topics
said as (
    select
        client_posts.client_id,
        posts.network,
        posts.post_id,
        md5(versions.text) as text_hash
    from client_posts
    semi join topics on client_posts.client_id = topics.client_id
    inner join posts on client_posts.network = posts.network and client_posts.post_id = posts.post_id
    inner join versions on posts.network = versions.network and posts.latest_version_id = versions.post_id
),

found as (
    select
        said.client_id,
        said.network,
        said.post_id,
        matches.topic,
        matches.found_by,
        matches.score
    from said
    inner join matches on said.client_id = matches.client_id and said.text_hash = matches.text_hash
    anti join corrections
        on said.client_id = corrections.client_id
            and matches.topic = corrections.topic
            and said.network = corrections.network
            and said.post_id = corrections.post_id
),

by_hand as (
    select
        said.client_id,
        said.network,
        said.post_id,
        corrections.topic,
        'hand' as found_by,
        cast(null as double) as score
    from said
    inner join corrections
        on said.client_id = corrections.client_id
            and said.network = corrections.network
            and said.post_id = corrections.post_id
    where corrections.is_about
),

about as (
    select * from found
    union all
    select * from by_hand
)

select
    about.client_id,
    about.network,
    about.post_id,
    about.topic,
    about.found_by,
    about.score
from about
semi join topics on about.client_id = topics.client_id and about.topic = topics.topic
