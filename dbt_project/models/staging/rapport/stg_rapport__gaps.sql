with source as (
    select * from {{ source('raw', 'gaps') }}
)

select
    client_id,
    network,
    stream,
    target,
    why,
    from_at,
    to_at,
    observed_at
from source
