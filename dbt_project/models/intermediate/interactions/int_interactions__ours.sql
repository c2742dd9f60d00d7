{{ config(
    materialized='incremental',
    unique_key=['network', 'post_id'],
    meta={'changes': '_changes__references'},
) }}
-- Every address from us or to us, seen from our side, in posts that the client has. A direct message counts
-- only for the client whose consent it was fetched with. What our accounts say to each other does not count,
-- nor do a bridge's copies of people whom the client sees where they are.
with acts as (
    select *
    from {{ only_changed(ref('int_interactions__acts'), ref('_changes__references')) }}
    where is_address and occurred_at is not null
),

messages as (
    select *
    from {{ only_changed(ref('int_interactions__messages'), ref('_changes__references')) }}
    where occurred_at is not null
),

addresses as {{ not_kept() }} (
    select
        network,
        kind,
        from_account_id,
        to_account_id,
        from_person_id,
        to_person_id,
        post_id,
        root_post_id,
        occurred_at,
        cast(null as string) as private_to_client_id
    from acts
    union all
    select
        network,
        kind,
        from_account_id,
        to_account_id,
        from_person_id,
        to_person_id,
        post_id,
        root_post_id,
        occurred_at,
        private_to_client_id
    from messages
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
    select *
    from {{ only_changed(ref('int_clients__posts'), ref('_changes__references')) }}
),

both_ends as (
    select
        *,
        'out' as direction,
        from_account_id as our_account_id,
        to_account_id as account_id,
        to_person_id as person_id
    from addresses
    union all
    select
        *,
        'in' as direction,
        to_account_id as our_account_id,
        from_account_id as account_id,
        from_person_id as person_id
    from addresses
),

ours as (
    select
        client_accounts.client_id,
        both_ends.*
    from both_ends
    inner join client_accounts
        on both_ends.network = client_accounts.network
            and both_ends.our_account_id = client_accounts.account_id
            and client_accounts.is_ours
    left join client_posts
        on client_accounts.client_id = client_posts.client_id
            and both_ends.network = client_posts.network
            and both_ends.post_id = client_posts.post_id
    where
        coalesce(both_ends.private_to_client_id = client_accounts.client_id, client_posts.post_id is not null)
)

-- a person counts as "them" only if none of the client's accounts is theirs, and only people do
select
    ours.client_id,
    ours.person_id,
    ours.network,
    ours.post_id,
    ours.root_post_id,
    ours.direction,
    ours.kind,
    ours.our_account_id,
    ours.occurred_at
from ours
anti join client_accounts
    on ours.client_id = client_accounts.client_id and ours.person_id = client_accounts.person_id
anti join bots on ours.client_id = bots.client_id and ours.person_id = bots.person_id
anti join copies
    on ours.client_id = copies.client_id
        and ours.network = copies.network
        and ours.account_id = copies.account_id
