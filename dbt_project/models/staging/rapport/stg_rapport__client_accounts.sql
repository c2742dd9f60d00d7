select
    client_id,
    network,
    account_id,
    {{ lower_case('handle') }} as handle,
    role
from {{ source('raw', 'client_accounts') }}
