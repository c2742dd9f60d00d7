{{ config(
    materialized='incremental',
    unique_key=['network', 'post_id'],
    meta={'changes': '_changes__references'},
) }}
{%- set id_time = time_in_id('posts.network', 'posts.latest_version_id') %}
with placed as (
    select *
    from {{ only_changed(ref('int_conversations__placed'), ref('_changes__references')) }}
),

reposts as (
    select *
    from {{ only_changed(ref('int_posts__typed'), ref('_changes__references')) }}
    where kind = 'repost'
),

people as (
    select * from {{ ref('int_people__accounts') }}
),

posts as {{ not_kept() }} (
    select
        network,
        post_id,
        account_id,
        person_id,
        kind,
        created_at,
        root_post_id,
        parent_post_id,
        case when kind = 'reply' then coalesce(parent_account_id, in_reply_to_account_id) end
            as parent_account_id,
        quoted_post_id,
        cast(null as string) as reposted_post_id,
        is_edited,
        is_question,
        latest_version_id,
        reported_reply_count as reply_count,
        first_observed_at,
        last_observed_at
    from placed
    union all
    select
        reposts.network,
        reposts.post_id,
        reposts.account_id,
        {{ person_of('people', 'reposts.network', 'reposts.account_id') }} as person_id,
        reposts.kind,
        reposts.created_at,
        null as root_post_id,
        reposts.parent_post_id,
        null as parent_account_id,
        reposts.quoted_post_id,
        reposts.reposted_post_id,
        reposts.is_edited,
        reposts.is_question,
        reposts.latest_version_id,
        reposts.reply_count,
        reposts.first_observed_at,
        reposts.last_observed_at
    from reposts
    left join people on reposts.network = people.network and reposts.account_id = people.account_id
),

-- the version whose text is shown
latest as (
    select
        network,
        latest_version_id as post_id
    from posts
),

versions as (
    select * from {{ only_changed(ref('stg_networks__posts'), 'latest', ['network', 'post_id']) }}
)

select
    posts.network,
    posts.post_id,
    posts.account_id,
    posts.person_id,
    posts.kind,
    posts.created_at,
    posts.root_post_id,
    posts.parent_post_id,
    posts.parent_account_id,
    posts.quoted_post_id,
    posts.reposted_post_id,
    -- whoever asks not to be shown to people without a login is counted, and not shown
    case when not coalesce(versions.asks_for_login, false) then versions.text end as text,
    versions.lang,
    posts.is_edited,
    case
        when not posts.is_edited then 0
        else greatest(versions.edit_count, {{ list_length('versions.version_ids') }} - 1, 1)
    end as edit_count,
    case
        when not posts.is_edited then null
        -- the id of a version holds its time
        else coalesce(versions.edited_at, date_trunc('second', {{ id_time }}))
    end as edited_at,
    posts.is_question,
    posts.latest_version_id,
    posts.reply_count,
    posts.first_observed_at,
    posts.last_observed_at
from posts
inner join versions on posts.network = versions.network and posts.latest_version_id = versions.post_id
