-- The conversations a client takes part in or is addressed in.
with conversations as (
    select * from {{ ref('conversations') }}
),

conversation_posts as (
    select * from {{ ref('conversation_posts') }}
),

posts as (
    select * from {{ ref('posts') }}
),

accounts as (
    select * from {{ ref('accounts') }}
),

client_accounts as (
    select * from {{ ref('int_clients__accounts') }} where is_ours
),

addresses as (
    select * from {{ ref('int_relationships__addresses') }}
),

exchanges as (
    select * from {{ ref('int_relationships__exchanges') }}
),

real_conversations as (
    select * from {{ ref('int_relationships__real_conversations') }}
),

waiting as (
    select * from {{ ref('rpt_waiting') }}
),

horizons as (
    select * from {{ ref('int_coverage__as_of') }}
),

our_posts as (
    select
        client_accounts.client_id,
        conversation_posts.network,
        conversation_posts.root_post_id,
        count(*) as our_post_count
    from conversation_posts
    inner join client_accounts
        on conversation_posts.network = client_accounts.network
            and conversation_posts.account_id = client_accounts.account_id
    group by client_accounts.client_id, conversation_posts.network, conversation_posts.root_post_id
),

concerned as (
    select
        client_id,
        network,
        root_post_id
    from our_posts
    union
    select
        client_id,
        network,
        root_post_id
    from addresses
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
        root_post_id
    from waiting
)

select
    concerned.client_id,
    concerned.root_post_id,
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
    cast(coalesce(our_posts.our_post_count, 0) as bigint) as our_post_count,
    cast(conversations.post_count - coalesce(our_posts.our_post_count, 0) as bigint) as their_post_count,
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
        when conversations.last_active_at < horizons.as_of_at - to_days({{ var('quiet_days') }}) then 'quiet'
        when talk.exchange_count > 0 then 'answered'
        else 'open'
    end as state,
    cast(conversations.captured_reply_count as bigint) as captured_reply_count,
    cast(conversations.reported_reply_count as bigint) as reported_reply_count,
    cast(conversations.completeness as double) as completeness,
    coalesce(conversations.completeness >= {{ var('completeness_threshold') }}, false) as is_complete_enough,
    conversations.is_root_missing,
    cast(horizons.as_of_at as date) as as_of_date
from concerned
inner join conversations
    on concerned.network = conversations.network and concerned.root_post_id = conversations.root_post_id
inner join horizons on concerned.client_id = horizons.client_id
left join posts as roots on concerned.network = roots.network and concerned.root_post_id = roots.post_id
left join accounts on roots.network = accounts.network and roots.account_id = accounts.account_id
left join client_accounts
    on concerned.client_id = client_accounts.client_id
        and roots.network = client_accounts.network
        and roots.account_id = client_accounts.account_id
left join our_posts
    on concerned.client_id = our_posts.client_id
        and concerned.network = our_posts.network
        and concerned.root_post_id = our_posts.root_post_id
left join talk
    on concerned.client_id = talk.client_id
        and concerned.network = talk.network
        and concerned.root_post_id = talk.root_post_id
left join real
    on concerned.client_id = real.client_id
        and concerned.network = real.network
        and concerned.root_post_id = real.root_post_id
left join waiting_in
    on concerned.client_id = waiting_in.client_id and concerned.root_post_id = waiting_in.root_post_id
