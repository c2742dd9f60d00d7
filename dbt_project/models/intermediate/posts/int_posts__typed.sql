{{ config(
    materialized='incremental',
    unique_key=['network', 'post_id'],
    meta={'changes': '_changes__posts'},
) }}
-- One row per post: edits are collapsed, references lead to canonical ids, and each post has its kind. What
-- is needed of the text is taken from it here; the text itself stays where it is, as it would make this table
-- three times as large.
with posts as {{ not_kept() }} (
    select *
    from {{ only_changed(ref('stg_networks__posts'), ref('_changes__posts')) }}
),

versions as (
    select * from {{ ref('int_posts__versions') }}
),

-- only these may have more than one version; of the others there is nothing to choose
chained as (
    select
        network,
        post_id as version_post_id,
        post_id
    from versions
    union
    select
        network,
        version_post_id,
        post_id
    from versions
),

chains as (
    select
        posts.*,
        chained.post_id as canonical_post_id
    from posts
    inner join chained on posts.network = chained.network and posts.post_id = chained.version_post_id
),

newest_of_chains as (
    select
        *,
        count(*) over chain as version_count,
        max(reply_count) over chain as chain_reply_count,
        min(created_at) over chain as first_created_at
    from chains
    window chain as (partition by network, canonical_post_id)
    qualify row_number() over (
            partition by network, canonical_post_id order by length(post_id) desc, post_id desc
        ) = 1
),

latest as (
    select
        posts.*,
        posts.post_id as canonical_post_id,
        1 as version_count,
        posts.reply_count as chain_reply_count,
        posts.created_at as first_created_at
    from posts
    anti join chained on posts.network = chained.network and posts.post_id = chained.version_post_id
    union all
    select * from newest_of_chains
),

resolved as (
    select
        latest.network,
        latest.canonical_post_id as post_id,
        latest.post_id as latest_version_id,
        latest.account_id,
        latest.in_reply_to_account_id,
        latest.text,
        latest.lang,
        latest.mentions,
        latest.is_repost,
        latest.chain_reply_count as reply_count,
        latest.version_count > 1
        or coalesce({{ list_length('latest.version_ids') }} > 1, false)
        or latest.edited_at is not null
            as is_edited,
        latest.first_observed_at,
        latest.last_observed_at,
        -- the time of a post is that of its first version, even if that was not captured
        least(
            latest.first_created_at,
            date_trunc('second', {{ time_in_id('latest.network', 'latest.canonical_post_id') }})
        ) as created_at,
        coalesce(conversations.post_id, latest.conversation_id) as conversation_id,
        coalesce(parents.post_id, latest.replied_to_post_id) as replied_to_post_id,
        coalesce(quoted.post_id, latest.quoted_post_id) as quoted_post_id,
        coalesce(reposted.post_id, latest.reposted_post_id) as reposted_post_id
    from latest
    left join versions as conversations
        on latest.network = conversations.network and latest.conversation_id = conversations.version_post_id
    left join versions as parents
        on latest.network = parents.network and latest.replied_to_post_id = parents.version_post_id
    left join versions as quoted
        on latest.network = quoted.network and latest.quoted_post_id = quoted.version_post_id
    left join versions as reposted
        on latest.network = reposted.network and latest.reposted_post_id = reposted.version_post_id
),

typed as (
    select
        *,
        case
            when is_repost or reposted_post_id is not null then 'repost'
            -- a post in a conversation that another post began is a reply, even if the network no longer
            -- names the parent
            when replied_to_post_id is not null or conversation_id <> post_id then 'reply'
            when quoted_post_id is not null then 'quote'
            else 'original'
        end as kind
    from resolved
)

select
    network,
    post_id,
    latest_version_id,
    account_id,
    kind,
    created_at,
    conversation_id,
    nullif(replied_to_post_id, post_id) as parent_post_id,
    in_reply_to_account_id,
    quoted_post_id,
    reposted_post_id,
    -- On some networks the @handles at the beginning of a reply come from the thread. Only those after them
    -- were typed; in other posts all were.
    case
        when kind = 'repost' or {{ list_length('mentions') }} = 0 then null
        when kind = 'reply' and {{ is_network_that('inherits_handles', 'network') }}
            then {{ mentions_from('mentions', leading_handles_length('text')) }}
        else mentions
    end as typed_mentions,
    -- a repost begins with the handle of the post's author, of whom the network may say which account it is
    case when kind = 'repost' then {{ mentioned_at('mentions', 3) }} end as reposted_account_id,
    case
        when kind = 'repost' and {{ mentioned_at('mentions', 3) }} is null
            then nullif({{ lower_case("regexp_extract(text, '^RT @([A-Za-z0-9_]+)', 1)") }}, '')
    end as reposted_handle,
    {{ is_question('text', 'lang') }} as is_question,
    reply_count,
    is_edited,
    first_observed_at,
    last_observed_at
from typed
