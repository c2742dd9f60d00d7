{{ config(
    materialized='incremental',
    unique_key=['network', 'post_id'],
    meta={'changes': '_changes__posts'},
) }}
-- Posts of our own that the client has, with their text: a small part of all posts, and whatever is said of
-- our content starts from them.
with posts as (
    select * from {{ only_changed(ref('int_posts__typed'), ref('_changes__posts')) }}
),

client_accounts as (
    select * from {{ ref('int_clients__accounts') }} where is_ours
),

client_posts as (
    select * from {{ ref('int_clients__posts') }}
),

our_posts as (
    select
        client_accounts.client_id,
        posts.network,
        posts.post_id,
        posts.account_id,
        posts.kind,
        posts.created_at,
        posts.latest_version_id
    from posts
    inner join client_accounts
        on posts.network = client_accounts.network and posts.account_id = client_accounts.account_id
    semi join client_posts
        on client_accounts.client_id = client_posts.client_id
            and posts.network = client_posts.network
            and posts.post_id = client_posts.post_id
),

-- the version whose text counts
latest as (
    select
        network,
        latest_version_id as post_id
    from our_posts
),

versions as (
    select * from {{ only_changed(ref('stg_networks__posts'), 'latest', ['network', 'post_id']) }}
)

select
    our_posts.client_id,
    our_posts.network,
    our_posts.post_id,
    our_posts.account_id,
    our_posts.kind,
    our_posts.created_at,
    versions.text
from our_posts
inner join versions on our_posts.network = versions.network and our_posts.latest_version_id = versions.post_id
