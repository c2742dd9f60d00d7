{{ config(materialized='ephemeral') }}
-- Posts of ours whose text was compared with the client's topics by meaning, and not by words alone.
with posts as (
    select * from {{ ref('int_content__posts') }}
),

topics as (
    select * from {{ ref('stg_rapport__topics') }} where is_by_meaning
),

texts as (
    select * from {{ ref('stg_rapport__topic_texts') }} where read_by = 'meaning'
)

select
    posts.client_id,
    posts.network,
    posts.post_id
from posts
semi join topics on posts.client_id = topics.client_id
semi join texts on md5(posts.text) = texts.text_hash
