{{ config(
    materialized='incremental',
    unique_key=['network', 'post_id'],
    meta={'changes': 'stg_networks__changed_posts'},
) }}
-- Which page brought which post. Needed only to count what each stream brought.
with beyond as (
    select * from {{ ref('stg_networks__beyond_windows') }}
),

source as (
    select posts.*
    from {{ only_changed(source('raw', 'posts'), ref('stg_networks__changed_posts')) }} as posts
    anti join beyond on posts.network = beyond.network and posts.post_id = beyond.post_id
    where posts.post_id is not null
)

select distinct
    page_key,
    network,
    post_id,
    section = 'data' as is_asked_for
from source
