select
    client_id,
    network,
    account_id,
    {{ lower_case('handle') }} as handle,
    is_of_house,
    owner_name,
    owner_network,
    owner_account_id,
    {{ lower_case('owner_handle') }} as owner_handle
from {{ source('raw', 'owners') }}
