{{ config(materialized='ephemeral') }}
-- The pages, each with the day that it counts for: the last one of the window that it was asked for. An
-- imported file has no window: its day is the day of its import. So a backfill fills the days that it
-- fetched, not the day on which it ran.
select
    page_key,
    coalesce(client_id, '') as client_id,
    network,
    stream,
    cast(coalesce(window_end_at - interval '1' microsecond, fetched_at) as date) as day,
    source,
    {{ json_text('parameters', '$.file') }} as file_name,
    result_count,
    estimated_cost_usd,
    window_start_at,
    window_end_at,
    fetched_at,
    load_id
from {{ source('raw', 'pages') }}
