{{ config(
    materialized='incremental',
    unique_key=['network', 'root_post_id'],
    meta={'changes': '_changes__conversations'},
) }}
-- The conversations that concern a client, as of the end of the client's data. Posts that were written later
-- do not count, even if they are there: they came with a look-up.
with conversation_posts as {{ not_kept() }} (
    select *
    from {{ only_changed(ref('int_conversations__of_clients'), ref('_changes__conversations')) }}
),

horizons as (
    select * from {{ ref('int_coverage__as_of') }}
),

-- the network's count of replies includes later ones, so all captured replies are counted here
captured_replies as (
    select
        client_id,
        network,
        parent_post_id as post_id,
        count(*) as captured_reply_count
    from conversation_posts
    where parent_post_id is not null and not is_parent_missing
    group by client_id, network, parent_post_id
),

within as (
    select
        conversation_posts.*,
        coalesce(captured_replies.captured_reply_count, 0) as captured_reply_count
    from conversation_posts
    inner join horizons
        on conversation_posts.client_id = horizons.client_id
            and coalesce(conversation_posts.created_at < horizons.as_of_at, true)
    left join captured_replies
        on conversation_posts.client_id = captured_replies.client_id
            and conversation_posts.network = captured_replies.network
            and conversation_posts.post_id = captured_replies.post_id
),

levels as (
    select
        client_id,
        network,
        root_post_id,
        depth,
        count(*) as level_post_count
    from within
    group by client_id, network, root_post_id, depth
),

widths as (
    select
        client_id,
        network,
        root_post_id,
        max(level_post_count) as width
    from levels
    group by client_id, network, root_post_id
),

measured as (
    select
        client_id,
        network,
        root_post_id,
        min(created_at) as opened_at,
        max(created_at) as last_active_at,
        count(*) as post_count,
        count(*) filter (where is_ours) as our_post_count,
        bool_or(has_others) as has_others,
        count(distinct case when is_nobody then null else person_id end) as participant_count,
        max(depth) as depth,
        count(*) filter (where is_new_turn) as turn_count,
        count(*) filter (where post_id = root_post_id) = 0 as is_root_missing,
        {{ distinct_sorted_list(['parent_post_id'], 'is_parent_missing') }} as missing_parent_post_ids,
        max(last_observed_at) as last_observed_at,
        cast(sum(captured_reply_count) as bigint) as captured_reply_count,
        cast(sum(reported_reply_count) as bigint) as counted_reply_count,
        cast(sum(captured_reply_count) filter (where reported_reply_count is null) as bigint)
            as below_uncounted_count,
        count(*) filter (where reported_reply_count is null) as uncounted_post_count
    from within
    group by client_id, network, root_post_id
),

known as (
    select
        *,
        {{ known_replies(
            'counted_reply_count', 'captured_reply_count', 'below_uncounted_count', 'uncounted_post_count'
        ) }} as reported_reply_count
    from measured
)

select
    known.client_id,
    known.network,
    known.root_post_id,
    known.opened_at,
    known.last_active_at,
    known.post_count,
    known.our_post_count,
    known.has_others,
    known.participant_count,
    known.depth,
    known.turn_count,
    known.is_root_missing,
    known.missing_parent_post_ids,
    known.last_observed_at,
    known.captured_reply_count,
    known.reported_reply_count,
    cast({{ completeness('known.captured_reply_count', 'known.reported_reply_count') }} as double)
        as completeness,
    known.uncounted_post_count,
    widths.width
from known
inner join widths
    on known.client_id = widths.client_id
        and known.network = widths.network
        and known.root_post_id = widths.root_post_id
