-- Accounts that are nobody to a client: a bridge's copies of accounts on another network, on which the client
-- is as well. What is said there is captured there, as it was said; here it would count a second time. For a
-- client who is not on the other network the copy is the person.
with accounts as (
    select * from {{ ref('int_accounts__known') }}
),

client_accounts as (
    select * from {{ ref('stg_rapport__client_accounts') }} where role in ('tracked', 'team')
),

ours as (
    select * from {{ ref('int_clients__accounts') }} where is_ours
),

copies as (
    select
        network,
        account_id,
        {{ copied_from('network', 'handle') }} as source_network
    from accounts
    where {{ copied_from('network', 'handle') }} is not null
)

select distinct
    client_accounts.client_id,
    copies.network,
    copies.account_id
from copies
inner join client_accounts on copies.source_network = client_accounts.network
-- unless the client lists it as its own
anti join ours
    on client_accounts.client_id = ours.client_id
        and copies.network = ours.network
        and copies.account_id = ours.account_id
