{{ config(
    materialized='incremental',
    unique_key=['network', 'account_id'],
    meta={'changes': 'stg_x__changed_accounts'},
) }}
with source as (
    select *
    from {{ only_changed(source('raw', 'users'), ref('stg_x__changed_accounts')) }}
    where network = 'x' and account_id is not null and public_metrics is not null
)

select
    network,
    account_id,
    observed_at,
    max(public_metrics.followers_count) as follower_count,
    max(public_metrics.following_count) as following_count,
    max(public_metrics.listed_count) as listed_count
from source
group by network, account_id, observed_at
