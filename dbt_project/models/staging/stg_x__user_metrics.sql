with source as (
    select *
    from {{ source('raw', 'users') }}
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
