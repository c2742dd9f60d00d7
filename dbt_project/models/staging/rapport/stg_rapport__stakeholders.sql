select
    client_id,
    network,
    account_id,
    {{ lower_case('handle') }} as handle,
    why,
    topic,
    priority
from {{ source('raw', 'stakeholders') }}
