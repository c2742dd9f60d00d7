{{ config(
    materialized='incremental',
    unique_key=['network', 'post_id'],
    meta={'changes': '_changes__posts'},
) }}
-- Which client has which post: it came with a page that was fetched for the client, or with a file, as these
-- belong to all clients on its network. Whatever is said of a client rests on its own posts. So clients learn
-- nothing from each other's pages, and a client's tables are those that it would have alone.
with page_posts as (
    select *
    from {{ only_changed(ref('stg_networks__page_posts'), ref('_changes__posts')) }}
),

pages as (
    select * from {{ ref('stg_rapport__pages') }} where owner_client_id is not null
),

clients as (
    select distinct
        client_id,
        network
    from {{ ref('stg_rapport__client_accounts') }}
),

versions as (
    select * from {{ ref('int_posts__versions') }}
),

brought as (
    select distinct
        pages.owner_client_id,
        page_posts.network,
        coalesce(versions.post_id, page_posts.post_id) as post_id
    from page_posts
    inner join pages on page_posts.page_key = pages.page_key
    left join versions
        on page_posts.network = versions.network and page_posts.post_id = versions.version_post_id
),

had as (
    select
        clients.client_id,
        brought.network,
        brought.post_id
    from brought
    inner join clients
        on brought.owner_client_id = clients.client_id and brought.network = clients.network
    union
    select
        clients.client_id,
        brought.network,
        brought.post_id
    from brought
    inner join clients on brought.network = clients.network
    where brought.owner_client_id = ''
),

by_several as (
    select
        network,
        post_id
    from brought
    where owner_client_id <> ''
    group by network, post_id
    having count(*) > 1
)

select
    had.client_id,
    had.network,
    had.post_id,
    by_several.post_id is not null as is_shared
from had
left join by_several on had.network = by_several.network and had.post_id = by_several.post_id
