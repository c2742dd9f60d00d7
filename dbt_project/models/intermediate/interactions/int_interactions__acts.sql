{{ config(
    materialized='incremental',
    unique_key=['network', 'post_id'],
    meta={'changes': '_changes__references'},
) }}
-- Who addressed whom with which post (reply, quote, typed mention), and who reposted or liked what (nods).
-- There is one address per post and addressee: a reply goes before a quote, and a quote before a mention.
with posts as (
    select * from {{ only_changed(ref('int_posts__typed'), ref('_changes__references')) }}
),

-- the authors of the posts that others refer to
authors as {{ not_kept() }} (
    select
        network,
        post_id,
        account_id
    from {{ ref('int_posts__typed') }}
),

-- all that is needed from the text, so that the steps below need not read it
noted as (
    select
        network,
        post_id,
        kind,
        account_id,
        created_at,
        parent_post_id,
        in_reply_to_account_id,
        quoted_post_id,
        reposted_post_id,
        mentions,
        case
            when kind = 'reply' and {{ list_length('mentions') }} > 0
                then {{ leading_handles_length('text') }}
        end as leading_length,
        case when kind = 'repost' then {{ reposted_handle('text') }} end as reposted_handle
    from posts
),

placed as (
    select * from {{ ref('int_conversations__placed') }}
),

handles as (
    select * from {{ ref('int_accounts__handles') }}
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
        kind,
        -- the network lists who did it, but not when
        {{ no_moment() }} as occurred_at,
        true as is_listed
    from {{ only_changed(ref('int_interactions__nods'), ref('_changes__references')) }}
),

replies as (
    select
        noted.network,
        noted.post_id,
        noted.account_id as from_account_id,
        -- if the parent was not captured, in_reply_to still says who was addressed
        coalesce(parents.account_id, noted.in_reply_to_account_id) as to_account_id,
        'reply' as kind,
        noted.created_at as occurred_at,
        false as is_listed
    from noted
    left join authors as parents
        on noted.network = parents.network and noted.parent_post_id = parents.post_id
    where noted.kind = 'reply'
),

quotes as (
    select
        noted.network,
        noted.post_id,
        noted.account_id as from_account_id,
        quoted.account_id as to_account_id,
        'quote' as kind,
        noted.created_at as occurred_at,
        false as is_listed
    from noted
    inner join authors as quoted
        on noted.network = quoted.network and noted.quoted_post_id = quoted.post_id
    where noted.kind <> 'repost'
),

named as (
    select
        network,
        post_id,
        kind,
        account_id as from_account_id,
        leading_length,
        created_at,
        {{ each_of('mentions') }} as mention
    from noted
    where kind <> 'repost' and {{ list_length('mentions') }} > 0
),

-- The @handles at the beginning of a reply come from the thread. Only those after them were typed; in other
-- posts all were.
mentions as (
    select
        named.network,
        named.post_id,
        named.from_account_id,
        coalesce(named.mention.id, handles.account_id) as to_account_id,
        'mention' as kind,
        named.created_at as occurred_at,
        false as is_listed
    from named
    left join handles
        on named.network = handles.network and lower(named.mention.username) = handles.handle
    where named.kind <> 'reply' or named.mention.start >= named.leading_length
),

-- A post that begins with @someone has an in_reply_to without being a reply: that is a typed mention.
leading_mentions as (
    select
        network,
        post_id,
        account_id as from_account_id,
        in_reply_to_account_id as to_account_id,
        'mention' as kind,
        created_at as occurred_at,
        false as is_listed
    from noted
    where kind in ('original', 'quote') and in_reply_to_account_id is not null
),

-- A repost begins with the handle of the post's author, which is used where the original was not captured.
reposts as (
    select
        noted.network,
        noted.post_id,
        noted.account_id as from_account_id,
        coalesce(
            originals.account_id,
            {{ mentioned_at('noted.mentions', 3) }},
            handles.account_id
        ) as to_account_id,
        'repost' as kind,
        noted.created_at as occurred_at,
        false as is_listed
    from noted
    left join authors as originals
        on noted.network = originals.network and noted.reposted_post_id = originals.post_id
    left join handles
        on noted.network = handles.network
            and noted.reposted_handle = handles.handle
    where noted.kind = 'repost'
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
        {{ person_of('senders', 'acts.network', 'acts.from_account_id') }} as from_person_id,
        {{ person_of('receivers', 'acts.network', 'acts.to_account_id') }} as to_person_id
    from acts
    left join people as senders
        on acts.network = senders.network and acts.from_account_id = senders.account_id
    left join people as receivers
        on acts.network = receivers.network and acts.to_account_id = receivers.account_id
),

-- nobody addresses themselves, not even from another account of theirs
one_each as (
    select *
    from by_people
    where from_account_id is not null and to_account_id is not null and from_person_id <> to_person_id
    qualify row_number() over (
            -- all acts of a post are its author's, but for likes and reposts from the network's lists, which
            -- are others'
            partition by
                network, post_id, to_account_id, from_account_id,
                case when kind in ('repost', 'like') then kind end
            order by case kind when 'reply' then 1 when 'quote' then 2 when 'mention' then 3 else 4 end
        ) = 1
)

select
    one_each.network || ':' || one_each.post_id || ':'
    || case
        when one_each.is_listed then one_each.kind || ':' || one_each.from_account_id
        else one_each.to_account_id
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
    one_each.occurred_at
from one_each
left join placed on one_each.network = placed.network and one_each.post_id = placed.post_id
