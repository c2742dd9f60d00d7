{{ config(
    materialized='incremental',
    unique_key=['network', 'root_post_id'],
    meta={'changes': '_changes__conversations'},
) }}
-- The posts of conversations that concern a client, as far as the client has them. Where only another client
-- has a post between, what lies below it is a part of its own, with a depth that is a lower bound, as if the
-- post had not been captured. Conversations that begin after the client's data ends are left out: they came
-- with a look-up.
with conversation_posts as {{ not_kept() }} (
    select *
    from {{ only_changed(ref('int_conversations__placed'), ref('_changes__conversations')) }}
),

versions as (
    select * from {{ ref('int_posts__versions') }}
),

metrics as (
    select * from {{ ref('stg_networks__post_metrics') }}
),

client_posts as (
    select * from {{ ref('int_clients__posts') }}
),

client_accounts as (
    select * from {{ ref('int_clients__accounts') }} where is_ours
),

copies as (
    select * from {{ ref('int_clients__copies') }}
),

bots as (
    select * from {{ ref('int_people__bots') }}
),

named as (
    select * from {{ ref('int_people__accounts') }}
),

-- whoever is no person to the client
nobodies as (
    select
        client_id,
        network,
        account_id
    from copies
    union
    select
        bots.client_id,
        accounts.network,
        accounts.account_id
    from {{ ref('int_accounts__known') }} as accounts
    left join named on accounts.network = named.network and accounts.account_id = named.account_id
    inner join bots
        on bots.person_id = {{ person_of('named', 'accounts.network', 'accounts.account_id') }}
),

addresses as (
    select *
    from {{ only_changed(ref('int_relationships__addresses'), ref('_changes__conversations')) }}
    where kind <> 'message'
),

horizons as (
    select * from {{ ref('int_coverage__as_of') }}
),

had as (
    select
        client_posts.client_id,
        client_posts.is_shared,
        conversation_posts.*
    from conversation_posts
    inner join client_posts
        on conversation_posts.network = client_posts.network
            and conversation_posts.post_id = client_posts.post_id
),

our_conversations as (
    select distinct
        had.client_id,
        had.network,
        had.root_post_id
    from had
    inner join client_accounts
        on had.client_id = client_accounts.client_id
            and had.network = client_accounts.network
            and had.account_id = client_accounts.account_id
    inner join horizons
        on had.client_id = horizons.client_id and coalesce(had.created_at < horizons.as_of_at, true)
    union
    select
        client_id,
        network,
        root_post_id
    from addresses
),

concerning as (
    select had.*
    from had
    semi join our_conversations
        on had.client_id = our_conversations.client_id
            and had.network = our_conversations.network
            and had.root_post_id = our_conversations.root_post_id
),

linked as (
    select
        concerning.*,
        case when not concerning.is_parent_missing then parents.post_id end as had_parent_post_id,
        parents.person_id as parent_person_id
    from concerning
    left join concerning as parents
        on concerning.client_id = parents.client_id
            and concerning.network = parents.network
            and concerning.parent_post_id = parents.post_id
),

-- conversations with a captured parent that the client does not have: only their depths are others
parted as (
    select distinct
        client_id,
        network,
        root_post_id
    from linked
    where parent_post_id is not null and not is_parent_missing and had_parent_post_id is null
),

to_place as (
    select linked.*
    from linked
    semi join parted
        on linked.client_id = parted.client_id
            and linked.network = parted.network
            and linked.root_post_id = parted.root_post_id
),

walked as (
    {{ below_tops('to_place', 'had_parent_post_id', ['client_id', 'network'], of_top=['root_post_id']) }}
),

-- below a top that is not the root at least one step is not there
placed as (
    select
        client_id,
        network,
        post_id,
        steps + case when top_post_id = root_post_id then 0 else 1 end as depth
    from walked
),

-- the network's counts of posts that others have too, as the client's own pages showed them
shared_versions as (
    select
        client_id,
        network,
        post_id,
        post_id as version_post_id
    from concerning
    where is_shared
    union
    select
        concerning.client_id,
        concerning.network,
        concerning.post_id,
        versions.version_post_id
    from concerning
    inner join versions on concerning.network = versions.network and concerning.post_id = versions.post_id
    where concerning.is_shared
),

seen as (
    select
        shared_versions.client_id,
        shared_versions.network,
        shared_versions.post_id,
        {{ last_by('metrics.reply_count', 'metrics.observed_at') }} as reply_count,
        max(metrics.observed_at) as last_observed_at
    from shared_versions
    inner join metrics
        on shared_versions.network = metrics.network
            and shared_versions.version_post_id = metrics.post_id
            and (shared_versions.client_id = metrics.owner_client_id or metrics.owner_client_id = '')
    group by
        shared_versions.client_id,
        shared_versions.network,
        shared_versions.post_id,
        shared_versions.version_post_id
),

seen_last as (
    select
        client_id,
        network,
        post_id,
        max(reply_count) as reply_count,
        max(last_observed_at) as last_observed_at
    from seen
    group by client_id, network, post_id
)

select
    linked.client_id,
    linked.network,
    linked.root_post_id,
    linked.post_id,
    linked.parent_post_id,
    coalesce(placed.depth, linked.depth) as depth,
    linked.parent_post_id is not null and linked.had_parent_post_id is null as is_parent_missing,
    linked.account_id,
    linked.person_id,
    linked.created_at,
    case when linked.is_shared then seen_last.reply_count else linked.reported_reply_count end
        as reported_reply_count,
    linked.had_parent_post_id is null or coalesce(linked.parent_person_id <> linked.person_id, true)
        as is_new_turn,
    coalesce(seen_last.last_observed_at, linked.last_observed_at) as last_observed_at,
    -- somebody else wrote it, or it answers somebody else whose post the client does not have
    (client_accounts.account_id is null and nobodies.account_id is null)
    or (
        linked.parent_post_id is not null
        and linked.had_parent_post_id is null
        and answered.account_id is null
        and answered_nobodies.account_id is null
    )
        as has_others,
    nobodies.account_id is not null and client_accounts.account_id is null as is_nobody,
    client_accounts.account_id is not null as is_ours
from linked
left join placed
    on linked.client_id = placed.client_id
        and linked.network = placed.network
        and linked.post_id = placed.post_id
left join seen_last
    on linked.client_id = seen_last.client_id
        and linked.network = seen_last.network
        and linked.post_id = seen_last.post_id
left join client_accounts
    on linked.client_id = client_accounts.client_id
        and linked.network = client_accounts.network
        and linked.account_id = client_accounts.account_id
left join client_accounts as answered
    on linked.client_id = answered.client_id
        and linked.network = answered.network
        and linked.in_reply_to_account_id = answered.account_id
left join nobodies
    on linked.client_id = nobodies.client_id
        and linked.network = nobodies.network
        and linked.account_id = nobodies.account_id
left join nobodies as answered_nobodies
    on linked.client_id = answered_nobodies.client_id
        and linked.network = answered_nobodies.network
        and linked.in_reply_to_account_id = answered_nobodies.account_id
