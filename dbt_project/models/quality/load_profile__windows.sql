{{ config(materialized='ephemeral') }}
-- What was asked for on each day, and the time between its windows and those before that no gap tells of.
with pages as (
    select * from {{ ref('load_profile__pages') }}
),

gaps as (
    select * from {{ source('raw', 'gaps') }}
),

page_totals as (
    select
        client_id,
        network,
        stream,
        day,
        count(*) as page_count,
        sum(result_count) filter (where source = 'api') as result_count,
        -- decimal: a sum of many is the same whatever their order
        coalesce(cast(sum(cast(estimated_cost_usd as decimal(18, 9))) as double), 0) as estimated_cost_usd,
        max(fetched_at) as last_fetched_at
    from pages
    group by client_id, network, stream, day
),

windows as (
    select distinct
        client_id,
        network,
        stream,
        day,
        window_start_at,
        window_end_at
    from pages
),

window_totals as (
    select
        client_id,
        network,
        stream,
        day,
        sum({{ seconds_between('window_start_at', 'window_end_at') }}) / 86400e0 as window_days
    from windows
    group by client_id, network, stream, day
),

-- how far the stream had been read before each window
reached as (
    select
        *,
        max(window_end_at) over (
            partition by client_id, network, stream order by window_start_at, window_end_at
            rows between unbounded preceding and 1 preceding
        ) as reached_at
    from windows
    where {{ is_stream_of('expected_streams', 'network', 'stream') }} and window_start_at is not null
),

-- the time between that and the window, unless a known gap covers it
holes as (
    select
        reached.client_id,
        reached.network,
        reached.stream,
        reached.day,
        sum({{ seconds_between('reached.reached_at', 'reached.window_start_at') }}) / 3600e0 as hole_hours
    from reached
    anti join gaps
        on reached.client_id = gaps.client_id
            and reached.network = gaps.network
            and reached.stream = gaps.stream
            and reached.reached_at >= gaps.from_at
            and reached.window_start_at <= gaps.to_at
    -- the network cuts the bounds of a window to the second
    where reached.window_start_at > reached.reached_at + interval '1' second
    group by reached.client_id, reached.network, reached.stream, reached.day
)

select
    page_totals.*,
    window_totals.window_days,
    holes.hole_hours
from page_totals
left join window_totals
    on page_totals.client_id = window_totals.client_id
        and page_totals.network = window_totals.network
        and page_totals.stream = window_totals.stream
        and page_totals.day = window_totals.day
left join holes
    on page_totals.client_id = holes.client_id
        and page_totals.network = holes.network
        and page_totals.stream = holes.stream
        and page_totals.day = holes.day
