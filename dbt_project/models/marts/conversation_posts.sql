{{ config(
    materialized='incremental',
    unique_key=['network', 'root_post_id'],
    meta={'changes': '_changes__conversations'},
) }}
with placed as (
    select *
    from {{ only_changed(ref('int_conversations__placed'), ref('_changes__conversations')) }}
),

posts as {{ not_kept() }} (
    select * from {{ ref('posts') }}
)

select
    placed.root_post_id,
    placed.post_id,
    placed.parent_post_id,
    placed.depth,
    placed.is_parent_missing,
    placed.network,
    posts.account_id,
    posts.person_id,
    posts.created_at,
    posts.reply_count as reported_reply_count,
    posts.is_question,
    -- a reply to one's own post continues the turn: a thread by one person is no dialogue
    (
        parents.post_id is null
        or placed.is_parent_missing
        or coalesce(parents.person_id <> posts.person_id, true)
    ) as is_new_turn
from placed
inner join posts on placed.network = posts.network and placed.post_id = posts.post_id
left join posts as parents on placed.network = parents.network and placed.parent_post_id = parents.post_id
