{{ config(
    materialized='incremental',
    unique_key=['network', 'account_id'],
    meta={'changes': 'stg_networks__changed_accounts'},
) }}
with pages as (
    select * from {{ ref('stg_rapport__pages') }}
),

source as (
    select *
    from {{ only_changed(source('raw', 'users'), ref('stg_networks__changed_accounts')) }}
    where account_id is not null and public_metrics is not null
)

select
    source.network,
    source.account_id,
    coalesce(pages.owner_client_id, '') as owner_client_id,
    source.observed_at,
    max(source.public_metrics.followers_count) as follower_count,
    max(source.public_metrics.following_count) as following_count,
    max(source.public_metrics.listed_count) as listed_count
from source
inner join pages on source.page_key = pages.page_key
group by source.network, source.account_id, coalesce(pages.owner_client_id, ''), source.observed_at
