with streams as (
    select * from {{ ref('int_coverage__streams') }}
),

conversations as (
    select * from {{ ref('int_conversations__concerning') }}
),

horizons as (
    select * from {{ ref('int_coverage__as_of') }}
),

-- how many of the replies that the network counts were captured, to posts of which none may have been, too
completeness as (
    select
        client_id,
        network,
        {{ replies_stream('network') }} as stream,
        count(*) filter (where has_others) as conversation_count,
        {{ proving_count(
            'network',
            'count(*) filter (where has_others and not '
                ~ is_complete_enough('completeness', 'uncounted_post_count') ~ ')'
        ) }} as incomplete_conversation_count,
        {{ proving_count('network', 'count(*) filter (where has_others and completeness is null)') }}
            as uncounted_conversation_count,
        -- of how many replies nobody knows, none can be missing
        sum(least(captured_reply_count, reported_reply_count)) filter (where reported_reply_count is not null)
            as captured_reply_count,
        sum(reported_reply_count) as reported_reply_count
    from conversations
    group by client_id, network
)

select
    streams.client_id,
    streams.network,
    streams.stream,
    streams.first_window_start_at,
    streams.last_window_end_at,
    streams.last_fetched_at,
    cast(streams.page_count as bigint) as page_count,
    cast(streams.post_count as bigint) as post_count,
    cast(streams.error_count as bigint) as error_count,
    cast(streams.estimated_cost_usd as double) as estimated_cost_usd,
    cast(completeness.captured_reply_count as bigint) as captured_reply_count,
    cast(completeness.reported_reply_count as bigint) as reported_reply_count,
    cast(
        case when completeness.reported_reply_count > 0
                then completeness.captured_reply_count / completeness.reported_reply_count
        end as double
    ) as completeness,
    cast(completeness.conversation_count as bigint) as conversation_count,
    cast(completeness.incomplete_conversation_count as bigint) as incomplete_conversation_count,
    cast(completeness.uncounted_conversation_count as bigint) as uncounted_conversation_count,
    cast(streams.gone_count as bigint) as gone_count,
    cast(streams.gap_count as bigint) as gap_count,
    cast(streams.gap_hours as double) as gap_hours,
    streams.gap_reasons,
    cast(horizons.as_of_at as date) as as_of_date
from streams
inner join horizons on streams.client_id = horizons.client_id
left join completeness
    on streams.client_id = completeness.client_id
        and streams.network = completeness.network
        and streams.stream = completeness.stream
