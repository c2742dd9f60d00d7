-- Which account plays which part for which client. Team and bot accounts never count as them.
with client_accounts as (
    select * from {{ ref('stg_rapport__client_accounts') }}
),

accounts as (
    select * from {{ ref('int_accounts__known') }}
)

select
    client_accounts.client_id,
    client_accounts.network,
    coalesce(client_accounts.account_id, accounts.account_id) as account_id,
    min(client_accounts.role) as role,
    bool_or(client_accounts.role in ('tracked', 'team')) as is_ours
from client_accounts
left join accounts
    on client_accounts.account_id is null
        and client_accounts.network = accounts.network
        and client_accounts.handle = lower(accounts.handle)
where coalesce(client_accounts.account_id, accounts.account_id) is not null
group by
    client_accounts.client_id,
    client_accounts.network,
    coalesce(client_accounts.account_id, accounts.account_id)
