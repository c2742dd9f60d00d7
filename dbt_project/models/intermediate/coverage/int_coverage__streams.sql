{{ config(materialized='ephemeral') }}
-- What was fetched of each stream for a client, and what is known to be missing.
with pages as (
    select * from {{ ref('stg_rapport__pages') }} where source = 'api' and client_id <> ''
),

page_posts as (
    select * from {{ ref('stg_networks__page_posts') }}
),

errors as (
    select * from {{ ref('stg_networks__errors') }}
),

gaps as (
    select * from {{ ref('stg_rapport__gaps') }}
),

streams as (
    select
        client_id,
        network,
        stream,
        min(window_start_at) as first_window_start_at,
        max(window_end_at) as last_window_end_at,
        max(fetched_at) as last_fetched_at,
        count(*) as page_count,
        -- as a decimal, so that the sum does not depend on the order of rows
        sum(cast(estimated_cost_usd as decimal(18, 9))) as estimated_cost_usd
    from pages
    group by client_id, network, stream
),

-- accounts of a stream miss the same time together, and one may miss it for several reasons: it counts once
reached as (
    select
        client_id,
        network,
        stream,
        why,
        from_at,
        to_at,
        max(to_at) over (
            partition by client_id, network, stream
            order by from_at, to_at, target, why
            rows between unbounded preceding and 1 preceding
        ) as missed_until_at
    from gaps
),

counted as (
    select
        client_id,
        network,
        stream,
        why,
        to_at,
        least(to_at, greatest(from_at, coalesce(missed_until_at, from_at))) as counted_from_at
    from reached
),

stream_gaps as (
    select
        client_id,
        network,
        stream,
        count(*) as gap_count,
        sum({{ whole_seconds_between('counted_from_at', 'to_at') }}) / 3600e0 as gap_hours,
        {{ distinct_joined('why', '; ') }} as gap_reasons
    from counted
    group by client_id, network, stream
),

-- a stream that could not be fetched at all has gaps but no page
covered as (
    select
        client_id,
        network,
        stream
    from streams
    union
    select
        client_id,
        network,
        stream
    from stream_gaps
),

stream_posts as (
    select
        pages.client_id,
        pages.network,
        pages.stream,
        count(distinct page_posts.post_id) as post_count
    from pages
    inner join page_posts on pages.page_key = page_posts.page_key and page_posts.is_asked_for
    group by pages.client_id, pages.network, pages.stream
),

stream_errors as (
    select
        pages.client_id,
        pages.network,
        pages.stream,
        count(*) as error_count,
        -- only errors about the post itself: one about a part of it does not mean that the post is gone
        count(distinct case when {{ refusal('errors.error_type') }} is not null then errors.resource_id end)
            as gone_count
    from pages
    inner join errors on pages.page_key = errors.page_key
    group by pages.client_id, pages.network, pages.stream
)

select
    covered.client_id,
    covered.network,
    covered.stream,
    streams.first_window_start_at,
    streams.last_window_end_at,
    streams.last_fetched_at,
    coalesce(streams.page_count, 0) as page_count,
    case
        when not {{ is_stream_of('postless_streams', 'covered.network', 'covered.stream') }}
            then coalesce(stream_posts.post_count, 0)
    end as post_count,
    coalesce(stream_errors.error_count, 0) as error_count,
    coalesce(streams.estimated_cost_usd, 0) as estimated_cost_usd,
    coalesce(stream_errors.gone_count, 0) as gone_count,
    coalesce(stream_gaps.gap_count, 0) as gap_count,
    coalesce(stream_gaps.gap_hours, 0) as gap_hours,
    stream_gaps.gap_reasons
from covered
{% for part in ['streams', 'stream_gaps', 'stream_posts', 'stream_errors'] %}
    left join {{ part }}
        on covered.client_id = {{ part }}.client_id
            and covered.network = {{ part }}.network
            and covered.stream = {{ part }}.stream
{% endfor %}
