-- The numbers that others report first. They stand alone: no other model reads them.
with weeks as (
    select * from {{ ref('int_clients__weeks') }}
),

client_accounts as (
    select * from {{ ref('int_clients__accounts') }} where is_ours
),

accounts as (
    select * from {{ ref('accounts') }}
),

followers as (
    select * from {{ ref('stg_networks__account_metrics') }} where follower_count is not null
),

posts as (
    select * from {{ ref('int_context__posts') }}
),

account_weeks as (
    select
        weeks.client_id,
        client_accounts.network,
        client_accounts.account_id,
        weeks.week_start_date,
        weeks.is_complete_week,
        weeks.as_of_at
    from weeks
    inner join client_accounts on weeks.client_id = client_accounts.client_id
),

-- the last count that was seen by the week's end; null before the first one
followed as (
    select
        account_weeks.client_id,
        account_weeks.network,
        account_weeks.account_id,
        account_weeks.week_start_date,
        {{ last_by('followers.follower_count', 'followers.observed_at') }} as follower_count,
        max(followers.observed_at) as follower_observed_at
    from account_weeks
    inner join followers
        on account_weeks.network = followers.network
            and account_weeks.account_id = followers.account_id
            and (account_weeks.client_id = followers.owner_client_id or followers.owner_client_id = '')
            and account_weeks.as_of_at >= followers.observed_at
    group by
        account_weeks.client_id,
        account_weeks.network,
        account_weeks.account_id,
        account_weeks.week_start_date
),

posted as (
    select
        account_weeks.client_id,
        account_weeks.network,
        account_weeks.account_id,
        account_weeks.week_start_date,
        count(*) as post_count,
        sum(posts.like_count) as like_count,
        sum(posts.repost_count) as repost_count,
        sum(posts.quote_count) as quote_count,
        sum(posts.reply_count) as reply_count,
        sum(posts.bookmark_count) as bookmark_count,
        sum(posts.impression_count) as impression_count,
        max(posts.observed_at) as counts_observed_at
    from account_weeks
    inner join posts
        on account_weeks.client_id = posts.client_id
            and account_weeks.network = posts.network
            and account_weeks.account_id = posts.account_id
            and account_weeks.week_start_date = posts.week_start_date
            and account_weeks.as_of_at > posts.created_at
    group by
        account_weeks.client_id,
        account_weeks.network,
        account_weeks.account_id,
        account_weeks.week_start_date
)

select
    account_weeks.client_id,
    account_weeks.network,
    account_weeks.account_id,
    accounts.handle,
    account_weeks.week_start_date,
    account_weeks.is_complete_week,
    cast(followed.follower_count as bigint) as follower_count,
    followed.follower_observed_at,
    cast(coalesce(posted.post_count, 0) as bigint) as post_count,
    cast(posted.like_count as bigint) as like_count,
    cast(posted.repost_count as bigint) as repost_count,
    cast(posted.quote_count as bigint) as quote_count,
    cast(posted.reply_count as bigint) as reply_count,
    cast(posted.bookmark_count as bigint) as bookmark_count,
    cast(posted.impression_count as bigint) as impression_count,
    posted.counts_observed_at,
    cast(account_weeks.as_of_at as date) as as_of_date
from account_weeks
left join accounts
    on account_weeks.network = accounts.network and account_weeks.account_id = accounts.account_id
left join followed
    on account_weeks.client_id = followed.client_id
        and account_weeks.network = followed.network
        and account_weeks.account_id = followed.account_id
        and account_weeks.week_start_date = followed.week_start_date
left join posted
    on account_weeks.client_id = posted.client_id
        and account_weeks.network = posted.network
        and account_weeks.account_id = posted.account_id
        and account_weeks.week_start_date = posted.week_start_date
