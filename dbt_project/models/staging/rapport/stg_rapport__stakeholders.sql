select
    client_id,
    network,
    account_id,
    lower(handle) as handle,
    why,
    topic,
    priority
from {{ source('raw', 'stakeholders') }}
