select
    client_id,
    network,
    account_id,
    lower(handle) as handle,
    role
from {{ source('raw', 'client_accounts') }}
