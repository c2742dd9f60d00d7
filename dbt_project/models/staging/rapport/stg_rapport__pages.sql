with source as (
    select * from {{ source('raw', 'pages') }}
)

select
    -- ids
    page_key,
    network,
    client_id,
    -- whose the page is: files, and everything where the clients are one house, belong to all ('')
    case
        when source <> 'api' or {{ 'true' if var('share_between_clients', false) else 'false' }} then ''
        when not {{ is_stream_of('house_streams', 'network', 'stream') }} then client_id
    end as owner_client_id,
    stream,
    run_id,
    source,
    -- numbers
    page_number,
    coalesce(object_count, 0) as object_count,
    coalesce(estimated_cost_usd, 0) as estimated_cost_usd,
    -- times
    window_start_at,
    window_end_at,
    fetched_at,
    loaded_at
from source
