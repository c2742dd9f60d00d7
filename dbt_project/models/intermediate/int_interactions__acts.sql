{{ config(
    materialized='incremental',
    incremental_strategy='replace_changed',
    unique_key=['network', 'post_id'],
    meta={'changes': 'int_changes__references'},
) }}
-- Who turned to whom with which post: addresses (reply, quote, typed mention) and nods (repost).
-- One address per post and addressee: a reply outranks a quote, a quote outranks a mention.
with posts as (
    select * from {{ ref('int_posts__typed') }}
),

changed as (
    select *
    from {{ only_changed('posts', ref('int_changes__references')) }}
),

placed as (
    select * from {{ ref('int_conversations__placed') }}
),

accounts as (
    select * from {{ ref('int_accounts__known') }}
),

people as (
    select * from {{ ref('int_people__accounts') }}
),

nods as (
    select
        network,
        post_id,
        from_account_id,
        to_account_id,
        kind
    from {{ only_changed(ref('int_interactions__nods'), ref('int_changes__references')) }}
),

handles as (
    select
        network,
        lower(handle) as handle,
        -- a handle can change hands; whoever was seen with it last has it now
        arg_max(account_id, (coalesce(observed_at, timestamptz '1970-01-01'), account_id)) as account_id
    from accounts
    where handle is not null
    group by network, lower(handle)
),

replies as (
    select
        changed.network,
        changed.post_id,
        changed.account_id as from_account_id,
        -- of a parent that is gone, in_reply_to still says who was addressed
        coalesce(parents.account_id, changed.in_reply_to_account_id) as to_account_id,
        'reply' as kind
    from changed
    left join posts as parents
        on changed.network = parents.network and changed.parent_post_id = parents.post_id
    where changed.kind = 'reply'
),

quotes as (
    select
        changed.network,
        changed.post_id,
        changed.account_id as from_account_id,
        quoted.account_id as to_account_id,
        'quote' as kind
    from changed
    inner join posts as quoted
        on changed.network = quoted.network and changed.quoted_post_id = quoted.post_id
    where changed.kind <> 'repost'
),

named as (
    select
        network,
        post_id,
        kind,
        account_id as from_account_id,
        {{ leading_handles_length('text') }} as leading_length,
        unnest(mentions) as mention
    from changed
    where kind <> 'repost' and len(mentions) > 0
),

-- In a reply the leading run of @handles comes from the thread; further on, and in any other post, each was
-- typed.
mentions as (
    select
        named.network,
        named.post_id,
        named.from_account_id,
        coalesce(named.mention.id, handles.account_id) as to_account_id,
        'mention' as kind
    from named
    left join handles
        on named.network = handles.network and lower(named.mention.username) = handles.handle
    where named.kind <> 'reply' or named.mention.start >= named.leading_length
),

-- A post that opens with @someone carries in_reply_to without being a reply: a typed mention.
leading_mentions as (
    select
        network,
        post_id,
        account_id as from_account_id,
        in_reply_to_account_id as to_account_id,
        'mention' as kind
    from changed
    where kind in ('original', 'quote') and in_reply_to_account_id is not null
),

-- A repost opens with whose post it repeats: that stands in for an original not captured, or not named.
reposts as (
    select
        changed.network,
        changed.post_id,
        changed.account_id as from_account_id,
        coalesce(
            originals.account_id,
            {{ mentioned_at('changed.mentions', 3) }},
            handles.account_id
        ) as to_account_id,
        'repost' as kind
    from changed
    left join posts as originals
        on changed.network = originals.network and changed.reposted_post_id = originals.post_id
    left join handles
        on changed.network = handles.network
            and lower(regexp_extract(changed.text, '^RT @([A-Za-z0-9_]+)', 1)) = handles.handle
    where changed.kind = 'repost'
),

acts as (
    select * from replies
    union all
    select * from quotes
    union all
    select * from mentions
    union all
    select * from leading_mentions
    union all
    select * from reposts
    union all
    select * from nods
),

-- an account is its own person until the hand-kept list says otherwise
by_people as (
    select
        acts.*,
        coalesce(senders.person_id, acts.from_account_id) as from_person_id,
        coalesce(receivers.person_id, acts.to_account_id) as to_person_id
    from acts
    left join people as senders
        on acts.network = senders.network and acts.from_account_id = senders.account_id
    left join people as receivers
        on acts.network = receivers.network and acts.to_account_id = receivers.account_id
),

-- nobody addresses themselves, by whichever of their accounts
one_each as (
    select *
    from by_people
    where from_account_id is not null and to_account_id is not null and from_person_id <> to_person_id
    qualify row_number() over (
            -- of a post itself all acts are its author's; nods are others', a repost and a like apart
            partition by
                network, post_id, to_account_id, from_account_id,
                case when kind in ('repost', 'like') then kind end
            order by case kind when 'reply' then 1 when 'quote' then 2 when 'mention' then 3 else 4 end
        ) = 1
)

select
    one_each.network || ':' || one_each.post_id || ':'
    || case
        when one_each.from_account_id = changed.account_id then one_each.to_account_id
        else one_each.kind || ':' || one_each.from_account_id
    end as interaction_id,
    one_each.network,
    one_each.kind,
    one_each.kind not in ('repost', 'like') as is_address,
    one_each.from_account_id,
    one_each.to_account_id,
    one_each.from_person_id,
    one_each.to_person_id,
    one_each.post_id,
    placed.root_post_id,
    -- of a nod that the network only lists, the time is not known
    case when one_each.from_account_id = changed.account_id then changed.created_at end as occurred_at
from one_each
inner join changed on one_each.network = changed.network and one_each.post_id = changed.post_id
left join placed on one_each.network = placed.network and one_each.post_id = placed.post_id
