{{ config(
    materialized='incremental',
    unique_key=['network', 'post_id'],
    meta={'changes': 'stg_networks__changed_posts'},
) }}
-- For each field but the parent, the newest observation that has a value. So nothing is lost to a later page
-- that asked for fewer fields, or to a file that has only a short text or no references. Hearsay counts only
-- where there is nothing better: what a server shows that is neither the post's own nor one of a client's.
with beyond as (
    select * from {{ ref('stg_networks__beyond_windows') }}
),

source as {{ not_kept() }} (
    select posts.*
    from {{ only_changed(source('raw', 'posts'), ref('stg_networks__changed_posts')) }} as posts
    anti join beyond on posts.network = beyond.network and posts.post_id = beyond.post_id
    where posts.post_id is not null
),

renamed as {{ not_kept() }} (
    select
        -- ids
        network,
        post_id,
        author_id as account_id,
        conversation_id,
        in_reply_to_user_id as in_reply_to_account_id,
        coalesce(referenced_tweets, referenced_posts) as post_references,
        coalesce(edit_history_tweet_ids, edit_history_post_ids) as version_ids,
        -- text
        coalesce(note_tweet_text, note_post_text) as long_text,
        text,
        lang,
        case
            when coalesce(note_tweet_text, note_post_text) is not null then coalesce(note_mentions, mentions)
        end as long_mentions,
        mentions,
        -- numbers
        {{ proving_count('network', 'public_metrics.reply_count') }} as reply_count,
        edit_count,
        asks_for_login,
        -- times
        coalesce(created_at, {{ time_in_id('network', 'post_id') }}) as created_at,
        edited_at,
        observed_at,
        -- bookkeeping
        page_key as _page_key,
        {{ observation_order() }} as _observation
    from source
),

-- most posts were seen once; only of the others is there anything to choose
seen_again as (
    select
        network,
        post_id
    from source
    group by network, post_id
    having count(*) > 1
),

once as (
    select renamed.*
    from renamed
    anti join seen_again on renamed.network = seen_again.network and renamed.post_id = seen_again.post_id
),

again as {{ not_kept() }} (
    select renamed.*
    from renamed
    semi join seen_again on renamed.network = seen_again.network and renamed.post_id = seen_again.post_id
),

hearsay as (
    select
        again.network,
        again.post_id,
        again._page_key
    from again
    inner join {{ ref('stg_networks__page_servers') }} as servers on again._page_key = servers.page_key
    where
        not servers.is_of_client
        and again.post_id like 'https://%'
        and servers.server <> {{ lower_case("regexp_extract(again.post_id, '^https://([^/]+)', 1)") }}
),

-- of posts of which there is hearsay, what is known better
better as (
    select
        again.network,
        again.post_id,
        bool_or({{ has_reference('again.post_references', 'replied_to') }}) as names_parent
    from again
    semi join hearsay on again.network = hearsay.network and again.post_id = hearsay.post_id
    anti join hearsay as same
        on again.network = same.network and again.post_id = same.post_id and again._page_key = same._page_key
    group by again.network, again.post_id
),

overruled as (
    select distinct
        hearsay.network,
        hearsay.post_id,
        hearsay._page_key,
        better.names_parent
    from hearsay
    inner join better on hearsay.network = better.network and hearsay.post_id = better.post_id
),

-- an overruled page may say whom a post answers, as servers lose parents, but no word of it
weighed as (
    select
        again.network,
        again.post_id,
        again.conversation_id,
        case when not coalesce(overruled.names_parent, false) then again.in_reply_to_account_id end
            as in_reply_to_account_id,
        case when not coalesce(overruled.names_parent, false) then again.post_references end
            as parent_references,
        case when overruled.post_id is null then again.account_id end as account_id,
        case when overruled.post_id is null then again.post_references end as post_references,
        case when overruled.post_id is null then again.version_ids end as version_ids,
        case when overruled.post_id is null then again.long_text end as long_text,
        case when overruled.post_id is null then again.text end as text,
        case when overruled.post_id is null then again.lang end as lang,
        case when overruled.post_id is null then again.long_mentions end as long_mentions,
        case when overruled.post_id is null then again.mentions end as mentions,
        case when overruled.post_id is null then again.reply_count end as reply_count,
        case when overruled.post_id is null then again.edit_count end as edit_count,
        case when overruled.post_id is null then again.asks_for_login end as asks_for_login,
        case when overruled.post_id is null then again.created_at end as created_at,
        case when overruled.post_id is null then again.edited_at end as edited_at,
        again.observed_at,
        again._observation
    from again
    left join overruled
        on
            again.network = overruled.network
            and again.post_id = overruled.post_id
            and again._page_key = overruled._page_key
)

select
    network,
    post_id,
    account_id,
    conversation_id,
    in_reply_to_account_id,
    {{ reference_id('post_references', 'replied_to') }} as replied_to_post_id,
    {{ reference_id('post_references', 'quoted') }} as quoted_post_id,
    {{ reference_id('post_references', 'retweeted') }} as reposted_post_id,
    {{ has_reference('post_references', 'retweeted') }} as is_repost,
    case when {{ list_length('version_ids') }} > 1 then version_ids end as version_ids,
    coalesce(long_text, text) as text,
    lang,
    coalesce(long_mentions, mentions) as mentions,
    reply_count,
    edit_count,
    asks_for_login,
    created_at,
    edited_at,
    observed_at as first_observed_at,
    observed_at as last_observed_at
from once
union all
select
    network,
    post_id,
    {{ last_by('account_id', '_observation') }} as account_id,
    -- a reply whose parent was deleted may come back as the root of a conversation of its own (Mastodon)
    {{ last_by('conversation_id', 'conversation_id <> post_id, _observation') }} as conversation_id,
    -- the first parent that was named stays, with whom it is by: a server that is asked later may have lost
    -- it, or name another one
    {{ first_by(
        'in_reply_to_account_id', 'not ' ~ has_reference('parent_references', 'replied_to') ~ ', _observation'
    ) }} as in_reply_to_account_id,
    {{ first_by(reference_id('parent_references', 'replied_to'), '_observation') }} as replied_to_post_id,
    {{ last_by(reference_id('post_references', 'quoted'), '_observation') }} as quoted_post_id,
    {{ last_by(reference_id('post_references', 'retweeted'), '_observation') }} as reposted_post_id,
    bool_or({{ has_reference('post_references', 'retweeted') }}) as is_repost,
    case
        when {{ list_length(last_by('version_ids', '_observation')) }} > 1
            then {{ last_by('version_ids', '_observation') }}
    end as version_ids,
    coalesce({{ last_by('long_text', '_observation') }}, {{ last_by('text', '_observation') }}) as text,
    {{ last_by('lang', '_observation') }} as lang,
    coalesce({{ last_by('long_mentions', '_observation') }}, {{ last_by('mentions', '_observation') }})
        as mentions,
    {{ last_by('reply_count', '_observation') }} as reply_count,
    -- no edit is ever undone, and a look at the post alone does not count them
    max(edit_count) as edit_count,
    {{ last_by('asks_for_login', '_observation') }} as asks_for_login,
    {{ last_by('created_at', '_observation') }} as created_at,
    max(edited_at) as edited_at,
    min(observed_at) as first_observed_at,
    max(observed_at) as last_observed_at
from weighed
group by network, post_id
