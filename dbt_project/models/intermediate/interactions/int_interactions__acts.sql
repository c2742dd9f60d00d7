{{ config(
    materialized='incremental',
    unique_key=['network', 'post_id'],
    meta={'changes': '_changes__references'},
) }}
-- Who addressed whom with which post (reply, quote, typed mention), and who reposted or liked what (nods).
-- There is one address per post and addressee: a reply goes before a quote, and a quote before a mention.
with noted as (
    select
        network,
        post_id,
        root_post_id,
        kind,
        account_id,
        created_at,
        quoted_post_id,
        typed_mentions,
        in_reply_to_account_id,
        case
            -- if the parent was not captured, in_reply_to still says who was addressed
            when kind = 'reply' then coalesce(parent_account_id, in_reply_to_account_id)
        end as answered_account_id
    from {{ only_changed(ref('int_conversations__placed'), ref('_changes__references')) }}
),

nodding as (
    select *
    from {{ only_changed(ref('int_posts__typed'), ref('_changes__references')) }}
    where kind = 'repost'
),

-- the authors of the posts that others quote or repost
authors as {{ not_kept() }} (
    select
        network,
        post_id,
        account_id
    from {{ ref('int_posts__typed') }}
),

handles as (
    select * from {{ ref('int_accounts__handles') }}
),

people as (
    select * from {{ ref('int_people__accounts') }}
),

replies as (
    select
        network,
        post_id,
        root_post_id,
        account_id as from_account_id,
        answered_account_id as to_account_id,
        'reply' as kind,
        created_at as occurred_at,
        false as is_listed
    from noted
    where kind = 'reply'
),

quotes as (
    select
        noted.network,
        noted.post_id,
        noted.root_post_id,
        noted.account_id as from_account_id,
        quoted.account_id as to_account_id,
        'quote' as kind,
        noted.created_at as occurred_at,
        noted.answered_account_id
    from noted
    inner join authors as quoted
        on noted.network = quoted.network and noted.quoted_post_id = quoted.post_id
    where noted.quoted_post_id is not null
),

named as (
    select
        network,
        post_id,
        root_post_id,
        account_id as from_account_id,
        created_at,
        answered_account_id,
        {{ each_of('typed_mentions') }} as mention
    from noted
    where typed_mentions is not null
),

mentions as (
    select
        named.network,
        named.post_id,
        named.root_post_id,
        named.from_account_id,
        coalesce(named.mention.id, handles.account_id) as to_account_id,
        'mention' as kind,
        named.created_at as occurred_at,
        named.answered_account_id
    from named
    left join handles
        on named.network = handles.network and {{ lower_case('named.mention.username') }} = handles.handle
),

-- A post that begins with @someone has an in_reply_to without being a reply: that is a typed mention.
leading_mentions as (
    select
        network,
        post_id,
        root_post_id,
        account_id as from_account_id,
        in_reply_to_account_id as to_account_id,
        'mention' as kind,
        created_at as occurred_at,
        answered_account_id
    from noted
    where kind in ('original', 'quote') and in_reply_to_account_id is not null
),

beside_replies as (
    select * from quotes
    union all
    select * from mentions
    union all
    select * from leading_mentions
),

-- a post addresses nobody twice: a reply goes before a quote, and a quote before a mention
one_each as (
    select *
    from beside_replies
    where answered_account_id is null or to_account_id <> answered_account_id
    qualify row_number() over (
            partition by network, post_id, to_account_id
            order by case kind when 'quote' then 1 else 2 end
        ) = 1
),

-- A repost begins with the handle of the post's author, which is used where the original was not captured.
reposts as (
    select
        nodding.network,
        nodding.post_id,
        cast(null as string) as root_post_id,
        nodding.account_id as from_account_id,
        coalesce(originals.account_id, nodding.reposted_account_id, handles.account_id) as to_account_id,
        nodding.kind,
        nodding.created_at as occurred_at,
        false as is_listed
    from nodding
    left join authors as originals
        on nodding.network = originals.network and nodding.reposted_post_id = originals.post_id
    left join handles
        on nodding.network = handles.network and nodding.reposted_handle = handles.handle
),

nods as (
    select
        nods.network,
        nods.post_id,
        placed.root_post_id,
        nods.from_account_id,
        nods.to_account_id,
        nods.kind,
        -- the network lists who did it, and seldom when
        nods.acted_at as occurred_at,
        true as is_listed
    from {{ only_changed(ref('int_interactions__nods'), ref('_changes__references')) }} as nods
    left join {{ ref('int_conversations__placed') }} as placed
        on nods.network = placed.network and nods.post_id = placed.post_id
),

acts as (
    select * from replies
    union all
    select
        network,
        post_id,
        root_post_id,
        from_account_id,
        to_account_id,
        kind,
        occurred_at,
        false as is_listed
    from one_each
    union all
    select * from reposts
    union all
    select * from nods
),

-- an account is its own person until the hand-kept list says otherwise
by_people as (
    select
        acts.*,
        {{ person_of('senders', 'acts.network', 'acts.from_account_id') }} as from_person_id,
        {{ person_of('receivers', 'acts.network', 'acts.to_account_id') }} as to_person_id
    from acts
    left join people as senders
        on acts.network = senders.network and acts.from_account_id = senders.account_id
    left join people as receivers
        on acts.network = receivers.network and acts.to_account_id = receivers.account_id
)

select
    network || ':' || post_id || ':'
    || case when is_listed then kind || ':' || from_account_id else to_account_id end as interaction_id,
    network,
    kind,
    kind not in ('repost', 'like') as is_address,
    from_account_id,
    to_account_id,
    from_person_id,
    to_person_id,
    post_id,
    root_post_id,
    occurred_at
from by_people
-- nobody addresses themselves, not even from another account of theirs
where from_account_id is not null and to_account_id is not null and from_person_id <> to_person_id
