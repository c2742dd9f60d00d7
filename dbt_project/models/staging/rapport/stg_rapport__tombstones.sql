select
    network,
    object_type,
    object_id,
    erased_at,
    reason
from {{ source('raw', 'tombstones') }}
