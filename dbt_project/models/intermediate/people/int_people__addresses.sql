-- What people whom a client knows have said to others than the client, in posts that the client has, until
-- its data ends. All that is known of ties among others rests on this.
with acts as (
    select * from {{ ref('int_interactions__acts') }} where is_address and occurred_at is not null
),

known as (
    select * from {{ ref('int_relationships__first_exchanges') }}
),

client_posts as (
    select * from {{ ref('int_clients__posts') }}
),

client_accounts as (
    select * from {{ ref('int_clients__accounts') }}
),

copies as (
    select * from {{ ref('int_clients__copies') }}
),

horizons as (
    select * from {{ ref('int_coverage__as_of') }}
),

-- once, even if the client knows both
by_or_to_them as (
    select
        known.client_id,
        acts.network,
        acts.root_post_id,
        acts.post_id,
        acts.kind,
        acts.from_account_id,
        acts.to_account_id,
        acts.from_person_id,
        acts.to_person_id,
        acts.occurred_at
    from acts
    inner join known on acts.from_person_id = known.person_id
    union
    select
        known.client_id,
        acts.network,
        acts.root_post_id,
        acts.post_id,
        acts.kind,
        acts.from_account_id,
        acts.to_account_id,
        acts.from_person_id,
        acts.to_person_id,
        acts.occurred_at
    from acts
    inner join known on acts.to_person_id = known.person_id
)

select
    by_or_to_them.client_id,
    by_or_to_them.network,
    by_or_to_them.root_post_id,
    by_or_to_them.post_id,
    by_or_to_them.kind,
    by_or_to_them.from_person_id,
    by_or_to_them.to_person_id,
    by_or_to_them.occurred_at
from by_or_to_them
inner join horizons
    on by_or_to_them.client_id = horizons.client_id and by_or_to_them.occurred_at < horizons.as_of_at
semi join client_posts
    on by_or_to_them.client_id = client_posts.client_id
        and by_or_to_them.network = client_posts.network
        and by_or_to_them.post_id = client_posts.post_id
anti join client_accounts as our_senders
    on by_or_to_them.client_id = our_senders.client_id
        and by_or_to_them.from_person_id = our_senders.person_id
anti join client_accounts as our_receivers
    on by_or_to_them.client_id = our_receivers.client_id
        and by_or_to_them.to_person_id = our_receivers.person_id
anti join copies
    on by_or_to_them.client_id = copies.client_id
        and by_or_to_them.network = copies.network
        and copies.account_id in (by_or_to_them.from_account_id, by_or_to_them.to_account_id)
