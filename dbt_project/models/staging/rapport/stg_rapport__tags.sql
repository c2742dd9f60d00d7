select
    client_id,
    network,
    account_id,
    {{ lower_case('handle') }} as handle,
    is_of_house,
    tag
from {{ source('raw', 'tags') }}
