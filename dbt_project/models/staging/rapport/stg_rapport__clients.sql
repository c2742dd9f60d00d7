select
    client_id,
    name as client_name
from {{ source('raw', 'clients') }}
