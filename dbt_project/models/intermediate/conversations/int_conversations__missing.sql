-- What is missing of a conversation that concerns a client, and why. Of several causes the first that applies
-- is given, and those that can be mended come first. A missing reply is only counted, so we have no id to ask
-- for; a missing post that others answer has one.
with conversations as (
    select * from {{ ref('int_conversations__concerning') }}
),

client_posts as (
    select * from {{ ref('int_clients__posts') }}
),

pages as (
    select * from {{ ref('stg_rapport__pages') }}
),

searches as (
    select * from {{ ref('stg_networks__conversation_searches') }}
),

gaps as (
    select * from {{ ref('stg_rapport__gaps') }}
    where {{ is_stream_of('conversation_streams', 'network', 'stream') }}
),

tombstones as (
    select * from {{ ref('stg_rapport__tombstones') }} where object_type = 'post'
),

errors as (
    select
        *,
        {{ refusal('error_type') }} as refusal
    from {{ ref('stg_networks__errors') }}
    where resource_type in ('tweet', 'post')
),

named as (
    select
        client_id,
        network,
        root_post_id,
        {{ each_of('missing_parent_post_ids') }} as post_id
    from conversations
    union
    select
        client_id,
        network,
        root_post_id,
        root_post_id as post_id
    from conversations
    where is_root_missing
),

-- what the network said last when it was asked for a post, for the client or by the house
refusals as (
    select
        named.client_id,
        named.network,
        named.post_id,
        {{ last_by('errors.refusal', 'errors.observed_at, errors.page_key, errors.position') }} as refusal
    from named
    inner join errors on named.network = errors.network and named.post_id = errors.resource_id
    inner join pages
        on errors.page_key = pages.page_key
            and coalesce(pages.owner_client_id, '') in (named.client_id, '')
    -- not what says nothing of the post: a quote that its author has detached
    where errors.refusal is not null
    group by named.client_id, named.network, named.post_id
),

fates as (
    select
        named.client_id,
        named.network,
        named.root_post_id,
        count(*) as named_count,
        count(*) filter (where tombstones.object_id is null and refusals.post_id is null) as unasked_count,
        count(tombstones.object_id) as erased_count,
        -- the first post is nobody's reply
        count(tombstones.object_id) filter (where named.post_id <> named.root_post_id) as erased_reply_count,
        count(*) filter (where refusals.refusal = 'hidden') as hidden_count,
        count(*) filter (where refusals.refusal = 'not found') as not_found_count
    from named
    -- not the parents that the client has: such a parent counts as missing only where a cycle was cut
    anti join client_posts
        on named.client_id = client_posts.client_id
            and named.network = client_posts.network
            and named.post_id = client_posts.post_id
    left join tombstones on named.network = tombstones.network and named.post_id = tombstones.object_id
    left join refusals
        on named.client_id = refusals.client_id
            and named.network = refusals.network
            and named.post_id = refusals.post_id
    group by named.client_id, named.network, named.root_post_id
),

-- gaps in what was fetched, while the conversation was still going on
left_out as (
    select
        conversations.client_id,
        conversations.network,
        conversations.root_post_id,
        bool_or(gaps.why = 'budget reached') as has_budget_gap,
        bool_or(gaps.why <> 'budget reached') as has_reach_gap
    from conversations
    inner join gaps
        on conversations.client_id = gaps.client_id
            and conversations.network = gaps.network
            and conversations.opened_at < gaps.to_at
            and gaps.from_at < conversations.last_active_at + interval '{{ definition('quiet_days') }}' day
    group by conversations.client_id, conversations.network, conversations.root_post_id
),

causes as (
    select
        conversations.client_id,
        conversations.network,
        conversations.root_post_id,
        case when conversations.reported_reply_count is not null
                then greatest(conversations.reported_reply_count - conversations.captured_reply_count, 0)
        end as missing_reply_count,
        coalesce(fates.named_count, 0) as named_count,
        coalesce(fates.unasked_count, 0) > 0 as has_unasked,
        coalesce(fates.erased_count, 0) > 0 as has_erased,
        coalesce(fates.erased_reply_count, 0) as erased_reply_count,
        coalesce(fates.hidden_count, 0) > 0 as has_hidden,
        coalesce(fates.not_found_count, 0) > 0 as has_not_found,
        coalesce(left_out.has_budget_gap, false) as has_budget_gap,
        coalesce(left_out.has_reach_gap, false) as has_reach_gap,
        coalesce(conversations.last_observed_at <= searches.searched_until_at, false) as is_searched_since
    from conversations
    left join fates
        on conversations.client_id = fates.client_id
            and conversations.network = fates.network
            and conversations.root_post_id = fates.root_post_id
    left join left_out
        on conversations.client_id = left_out.client_id
            and conversations.network = left_out.network
            and conversations.root_post_id = left_out.root_post_id
    left join searches
        on conversations.client_id = searches.client_id
            and conversations.network = searches.network
            and conversations.root_post_id = searches.conversation_id
),

-- The network goes on counting a reply that was erased here: no gap and no search to come explains that one.
explained as (
    select
        *,
        coalesce(missing_reply_count > erased_reply_count, false) as has_other_replies
    from causes
)

select
    client_id,
    network,
    root_post_id,
    missing_reply_count,
    case
        when missing_reply_count is null and named_count = 0 then 'not counted'
        when coalesce(missing_reply_count, 0) = 0 and named_count = 0 then 'nothing missing'
        when (has_other_replies or has_unasked) and has_budget_gap then 'budget reached'
        when (has_other_replies or has_unasked) and has_reach_gap then 'beyond the reach of search'
        when (has_other_replies and not is_searched_since) or has_unasked then 'not asked for yet'
        when has_erased then 'erased'
        when has_hidden then 'protected or suspended'
        when has_not_found then 'not found'
        else 'unknown'
    end as missing_reason
from explained
