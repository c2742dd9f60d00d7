with client_accounts as (
    select * from {{ ref('int_clients__accounts') }}
)

select
    client_id,
    network,
    account_id,
    role,
    is_ours
from client_accounts
