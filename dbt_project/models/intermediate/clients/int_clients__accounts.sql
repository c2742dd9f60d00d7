{{ config(post_hook='{{ expect_same_accounts() }}') }}
-- The accounts of each client, with their role. None of them counts as "them", nor does another account of
-- the same person.
with client_accounts as (
    select * from {{ ref('stg_rapport__client_accounts') }}
),

handles as (
    select * from {{ ref('int_accounts__handles') }}
),

people as (
    select * from {{ ref('int_people__accounts') }}
),

resolved as (
    select
        client_accounts.client_id,
        client_accounts.network,
        coalesce(client_accounts.account_id, handles.account_id) as account_id,
        client_accounts.role
    from client_accounts
    left join handles
        on client_accounts.account_id is null
            and client_accounts.network = handles.network
            and client_accounts.handle = handles.handle
    where coalesce(client_accounts.account_id, handles.account_id) is not null
    union all
    -- a bot of the list of people is a bot for every client on its network
    select distinct
        client_accounts.client_id,
        people.network,
        people.account_id,
        'bot' as role
    from client_accounts
    inner join people on client_accounts.network = people.network
    where people.person_kind = 'bot'
)

select
    resolved.client_id,
    resolved.network,
    resolved.account_id,
    max({{ person_of('people', 'resolved.network', 'resolved.account_id') }}) as person_id,
    min(resolved.role) as role,
    bool_or(resolved.role in ('tracked', 'team')) as is_ours
from resolved
left join people on resolved.network = people.network and resolved.account_id = people.account_id
group by resolved.client_id, resolved.network, resolved.account_id
