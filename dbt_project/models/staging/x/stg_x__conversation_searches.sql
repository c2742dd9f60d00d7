-- Up to which time each conversation was searched for a client. Its id is part of the query.
with pages as (
    select
        network,
        client_id,
        window_end_at,
        {{ json_text('parameters', '$.query') }} as query
    from {{ source('raw', 'pages') }}
    where network = 'x' and source = 'api' and stream = 'conversations'
),

asked as (
    select
        network,
        client_id,
        window_end_at,
        {{ each_of("regexp_extract_all(query, 'conversation_id:([0-9]+)', 1)") }} as conversation_id
    from pages
)

select
    network,
    client_id,
    conversation_id,
    max(window_end_at) as searched_until_at
from asked
group by network, client_id, conversation_id
