-- The conversations a client takes part in or is addressed in. What nobody answered is none: rpt_lone_posts.
with conversations as (
    select * from {{ ref('int_conversations__concerning') }} where has_others
),

missing as (
    select * from {{ ref('int_conversations__missing') }}
),

posts as (
    select * from {{ ref('posts') }}
),

client_posts as (
    select * from {{ ref('int_clients__posts') }}
),

accounts as (
    select * from {{ ref('accounts') }}
),

client_accounts as (
    select * from {{ ref('int_clients__accounts') }} where is_ours
),

exchanges as (
    select * from {{ ref('int_relationships__exchanges') }}
),

real_conversations as (
    select * from {{ ref('int_relationships__real_conversations') }}
),

waiting as (
    select * from {{ ref('int_waiting__open') }}
),

horizons as (
    select * from {{ ref('int_coverage__as_of') }}
),

talk as (
    select
        client_id,
        network,
        root_post_id,
        count(*) as exchange_count
    from exchanges
    group by client_id, network, root_post_id
),

real as (
    select
        client_id,
        network,
        root_post_id,
        count(*) as real_person_count,
        min(became_real_at) as became_real_at
    from real_conversations
    group by client_id, network, root_post_id
),

waiting_in as (
    select distinct
        client_id,
        network,
        root_post_id
    from waiting
)

select
    conversations.client_id,
    conversations.network,
    conversations.root_post_id,
    roots.account_id as root_account_id,
    accounts.handle as root_handle,
    roots.text as root_text,
    case
        when roots.post_id is null then 'unknown'
        when client_accounts.account_id is not null then 'us'
        else 'them'
    end as started_by,
    conversations.opened_at,
    conversations.last_active_at,
    cast(conversations.post_count as bigint) as post_count,
    cast(conversations.our_post_count as bigint) as our_post_count,
    cast(conversations.post_count - conversations.our_post_count as bigint) as their_post_count,
    cast(conversations.participant_count as bigint) as participant_count,
    cast(conversations.depth as bigint) as depth,
    cast(conversations.width as bigint) as width,
    cast(conversations.turn_count as bigint) as turn_count,
    cast(coalesce(talk.exchange_count, 0) as bigint) as exchange_count,
    cast(coalesce(real.real_person_count, 0) as bigint) as real_person_count,
    real.root_post_id is not null as is_real,
    real.became_real_at,
    case
        when waiting_in.root_post_id is not null then 'waiting for us'
        when conversations.last_active_at < horizons.as_of_at - interval '{{ definition('quiet_days') }}' day
            then 'quiet'
        when talk.exchange_count > 0 then 'answered'
        else 'open'
    end as state,
    conversations.captured_reply_count,
    conversations.reported_reply_count,
    conversations.completeness,
    cast(conversations.uncounted_post_count as bigint) as uncounted_post_count,
    {{ is_complete_enough('conversations.completeness', 'conversations.uncounted_post_count') }}
        as is_complete_enough,
    missing.missing_reply_count,
    missing.missing_reason,
    conversations.is_root_missing,
    cast(horizons.as_of_at as date) as as_of_date
from conversations
inner join missing
    on conversations.client_id = missing.client_id
        and conversations.network = missing.network
        and conversations.root_post_id = missing.root_post_id
inner join horizons on conversations.client_id = horizons.client_id
left join client_posts
    on conversations.client_id = client_posts.client_id
        and conversations.network = client_posts.network
        and conversations.root_post_id = client_posts.post_id
left join posts as roots
    on client_posts.network = roots.network and client_posts.post_id = roots.post_id
left join accounts on roots.network = accounts.network and roots.account_id = accounts.account_id
left join client_accounts
    on conversations.client_id = client_accounts.client_id
        and roots.network = client_accounts.network
        and roots.account_id = client_accounts.account_id
left join talk
    on conversations.client_id = talk.client_id
        and conversations.network = talk.network
        and conversations.root_post_id = talk.root_post_id
left join real
    on conversations.client_id = real.client_id
        and conversations.network = real.network
        and conversations.root_post_id = real.root_post_id
left join waiting_in
    on conversations.client_id = waiting_in.client_id
        and conversations.network = waiting_in.network
        and conversations.root_post_id = waiting_in.root_post_id
