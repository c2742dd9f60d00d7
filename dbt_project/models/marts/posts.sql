{{ config(
    materialized='incremental',
    unique_key=['network', 'post_id'],
    meta={'changes': '_changes__references'},
) }}
with posts as (
    select * from {{ only_changed(ref('int_posts__typed'), ref('_changes__references')) }}
),

parents as (
    select
        network,
        post_id,
        account_id
    from {{ ref('int_posts__typed') }}
),

placed as (
    select * from {{ ref('int_conversations__placed') }}
),

people as (
    select * from {{ ref('int_people__accounts') }}
)

select
    posts.network,
    posts.post_id,
    posts.account_id,
    {{ person_of('people', 'posts.network', 'posts.account_id') }} as person_id,
    posts.kind,
    posts.created_at,
    placed.root_post_id,
    posts.parent_post_id,
    case when posts.kind = 'reply' then coalesce(parents.account_id, posts.in_reply_to_account_id) end
        as parent_account_id,
    posts.quoted_post_id,
    posts.reposted_post_id,
    posts.text,
    posts.lang,
    posts.is_edited,
    {{ is_question('posts.text', 'posts.lang') }} as is_question,
    posts.latest_version_id,
    posts.reply_count,
    posts.first_observed_at,
    posts.last_observed_at
from posts
left join placed on posts.network = placed.network and posts.post_id = placed.post_id
left join parents on posts.network = parents.network and posts.parent_post_id = parents.post_id
left join people on posts.network = people.network and posts.account_id = people.account_id
