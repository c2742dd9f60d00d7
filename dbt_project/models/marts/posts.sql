{{ config(
    materialized='incremental',
    incremental_strategy='replace_changed',
    unique_key=['network', 'post_id'],
    meta={'changes': 'int_changes__references'},
) }}
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

people as (
    select * from {{ ref('int_people__accounts') }}
)

select
    changed.network,
    changed.post_id,
    changed.account_id,
    coalesce(people.person_id, changed.account_id) as person_id,
    changed.kind,
    changed.created_at,
    placed.root_post_id,
    changed.parent_post_id,
    case when changed.kind = 'reply' then coalesce(parents.account_id, changed.in_reply_to_account_id) end
        as parent_account_id,
    changed.quoted_post_id,
    changed.reposted_post_id,
    changed.text,
    changed.lang,
    changed.is_edited,
    {{ is_question('changed.text', 'changed.lang') }} as is_question,
    changed.latest_version_id,
    changed.reply_count,
    changed.first_observed_at,
    changed.last_observed_at
from changed
left join placed on changed.network = placed.network and changed.post_id = placed.post_id
left join posts as parents on changed.network = parents.network and changed.parent_post_id = parents.post_id
left join people on changed.network = people.network and changed.account_id = people.account_id
