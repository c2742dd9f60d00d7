select
    text_hash,
    read_by
from {{ source('raw', 'topic_texts') }}
