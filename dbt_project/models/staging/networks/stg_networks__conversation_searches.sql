-- Up to which time each conversation was searched for a client. Its id is part of the query, or
-- the page is its thread.
with pages as (
    select
        network,
        client_id,
        window_end_at,
        fetched_at,
        about_post_id,
        {{ json_text('parameters', '$.query') }} as query
    from {{ source('raw', 'pages') }}
    where source = 'api' and stream = 'conversations'
),

asked as (
    select
        network,
        client_id,
        window_end_at as until_at,
        {{ each_of("regexp_extract_all(query, 'conversation_id:([0-9]+)', 1)") }} as conversation_id
    from pages
    union all
    -- a thread comes as it is at that moment
    select
        network,
        client_id,
        fetched_at as until_at,
        about_post_id as conversation_id
    from pages
    where about_post_id is not null
)

select
    network,
    client_id,
    conversation_id,
    max(until_at) as searched_until_at
from asked
group by network, client_id, conversation_id
