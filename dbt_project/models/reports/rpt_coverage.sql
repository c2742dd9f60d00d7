with pages as (
    select * from {{ ref('stg_rapport__pages') }} where source = 'api' and client_id <> ''
),

page_posts as (
    select * from {{ ref('int_networks__page_posts') }}
),

errors as (
    select * from {{ ref('int_networks__errors') }}
),

gaps as (
    select * from {{ ref('stg_rapport__gaps') }}
),

conversations as (
    select * from {{ ref('int_conversations__concerning') }}
),

horizons as (
    select * from {{ ref('int_coverage__as_of') }}
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
        -- decimal: a sum of many is the same whatever their order
        sum(cast(estimated_cost_usd as decimal(18, 9))) as estimated_cost_usd
    from pages
    group by client_id, network, stream
),

stream_gaps as (
    select
        client_id,
        network,
        stream,
        count(*) as gap_count,
        sum({{ whole_seconds_between('from_at', 'to_at') }}) / 3600e0 as gap_hours,
        {{ distinct_joined('why', '; ') }} as gap_reasons
    from gaps
    group by client_id, network, stream
),

-- a stream of which nothing could be reached has gaps and no page
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
        -- a partial error about a part of a post is no post that is gone
        count(distinct case
            when errors.error_type in ('resource-not-found', 'not-authorized-for-resource')
                then errors.resource_id
        end) as gone_count
    from pages
    inner join errors on pages.page_key = errors.page_key
    group by pages.client_id, pages.network, pages.stream
),

-- how many of the replies the network counted were captured, in the conversations that concern the client
completeness as (
    select
        client_id,
        network,
        'conversations' as stream,
        count(*) as conversation_count,
        count(*) filter (where not {{ is_complete_enough('completeness') }}) as incomplete_conversation_count,
        sum(least(captured_reply_count, reported_reply_count)) as captured_reply_count,
        sum(reported_reply_count) as reported_reply_count
    from conversations
    group by client_id, network
)

select
    covered.client_id,
    covered.network,
    covered.stream,
    streams.first_window_start_at,
    streams.last_window_end_at,
    streams.last_fetched_at,
    cast(coalesce(streams.page_count, 0) as bigint) as page_count,
    cast(coalesce(stream_posts.post_count, 0) as bigint) as post_count,
    cast(coalesce(stream_errors.error_count, 0) as bigint) as error_count,
    cast(coalesce(streams.estimated_cost_usd, 0) as double) as estimated_cost_usd,
    cast(completeness.captured_reply_count as bigint) as captured_reply_count,
    cast(completeness.reported_reply_count as bigint) as reported_reply_count,
    cast(
        case when completeness.reported_reply_count > 0
                then completeness.captured_reply_count / completeness.reported_reply_count
        end as double
    ) as completeness,
    cast(completeness.conversation_count as bigint) as conversation_count,
    cast(completeness.incomplete_conversation_count as bigint) as incomplete_conversation_count,
    cast(coalesce(stream_errors.gone_count, 0) as bigint) as gone_count,
    cast(coalesce(stream_gaps.gap_count, 0) as bigint) as gap_count,
    cast(coalesce(stream_gaps.gap_hours, 0) as double) as gap_hours,
    stream_gaps.gap_reasons,
    cast(horizons.as_of_at as date) as as_of_date
from covered
inner join horizons on covered.client_id = horizons.client_id
left join streams
    on covered.client_id = streams.client_id
        and covered.network = streams.network
        and covered.stream = streams.stream
left join stream_gaps
    on covered.client_id = stream_gaps.client_id
        and covered.network = stream_gaps.network
        and covered.stream = stream_gaps.stream
left join stream_posts
    on covered.client_id = stream_posts.client_id
        and covered.network = stream_posts.network
        and covered.stream = stream_posts.stream
left join stream_errors
    on covered.client_id = stream_errors.client_id
        and covered.network = stream_errors.network
        and covered.stream = stream_errors.stream
left join completeness
    on covered.client_id = completeness.client_id
        and covered.network = completeness.network
        and covered.stream = completeness.stream
