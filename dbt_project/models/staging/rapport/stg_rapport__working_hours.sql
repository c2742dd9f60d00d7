select
    client_id,
    starts_at,
    ends_at,
    minutes_a_day
from {{ source('raw', 'working_hours') }}
