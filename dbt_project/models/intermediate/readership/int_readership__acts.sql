-- Who did something with a post of ours: replied to it, quoted it or reposted it. A mention does not count:
-- it refers to us and not to a post. Nor does a like, of which only some networks tell the time. Our own
-- accounts and bots are not readers, nor are bridges' copies.
with acts as (
    select * from {{ ref('int_interactions__acts') }}
    where kind in ('reply', 'quote', 'repost') and occurred_at is not null
),

client_accounts as (
    select * from {{ ref('int_clients__accounts') }}
),

bots as (
    select * from {{ ref('int_people__bots') }}
),

copies as (
    select * from {{ ref('int_clients__copies') }}
),

client_posts as (
    select * from {{ ref('int_clients__posts') }}
),

horizons as (
    select * from {{ ref('int_coverage__as_of') }}
),

on_our_posts as (
    select
        client_accounts.client_id,
        acts.from_person_id as person_id,
        acts.occurred_at
    from acts
    inner join client_accounts
        on acts.network = client_accounts.network
            and acts.to_account_id = client_accounts.account_id
            and client_accounts.is_ours
    semi join client_posts
        on client_accounts.client_id = client_posts.client_id
            and acts.network = client_posts.network
            and acts.post_id = client_posts.post_id
    anti join copies
        on client_accounts.client_id = copies.client_id
            and acts.network = copies.network
            and acts.from_account_id = copies.account_id
),

by_them as (
    select on_our_posts.*
    from on_our_posts
    anti join client_accounts
        on on_our_posts.client_id = client_accounts.client_id
            and on_our_posts.person_id = client_accounts.person_id
)

select
    by_them.client_id,
    by_them.person_id,
    {{ week_number(week_start('by_them.occurred_at')) }} as week_number,
    count(*) as act_count
from by_them
inner join horizons
    on by_them.client_id = horizons.client_id and by_them.occurred_at < horizons.as_of_at
anti join bots on by_them.client_id = bots.client_id and by_them.person_id = bots.person_id
group by by_them.client_id, by_them.person_id, {{ week_number(week_start('by_them.occurred_at')) }}
