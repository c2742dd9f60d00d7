select
    client_id,
    topic,
    network,
    post_id,
    is_about
from {{ source('raw', 'topic_corrections') }}
