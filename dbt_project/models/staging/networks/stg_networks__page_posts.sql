{{ config(
    materialized='incremental',
    unique_key=['network', 'post_id'],
    meta={'changes': 'stg_networks__changed_posts'},
) }}
-- Which page brought which post. Needed only to count what each stream brought.
with source as (
    select *
    from {{ only_changed(source('raw', 'posts'), ref('stg_networks__changed_posts')) }}
    where post_id is not null
)

select distinct
    page_key,
    network,
    post_id,
    section = 'data' as is_asked_for
from source
