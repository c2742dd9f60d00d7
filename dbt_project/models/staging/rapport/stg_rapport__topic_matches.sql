select
    client_id,
    topic,
    text_hash,
    found_by,
    score
from {{ source('raw', 'topic_matches') }}
