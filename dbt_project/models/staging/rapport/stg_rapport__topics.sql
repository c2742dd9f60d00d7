select
    client_id,
    topic,
    topic_number,
    is_by_meaning
from {{ source('raw', 'topics') }}
