{{ config(
    materialized='incremental',
    unique_key=['network', 'root_post_id'],
    meta={'changes': '_changes__conversations'},
) }}
with conversation_posts as {{ not_kept() }} (
    select *
    from {{ only_changed(ref('int_conversations__placed'), ref('_changes__conversations')) }}
),

changes_of_direction as (
    select * from {{ ref('int_interactions__exchanges') }}
),

shapes as (
    select * from {{ ref('int_conversations__shape') }}
),

turns as (
    select * from {{ ref('int_conversations__turns') }}
),

trees as (
    select
        network,
        root_post_id,
        count(*) as post_count,
        count(distinct person_id) as participant_count,
        max(depth) as depth,
        count(*) filter (where post_id = root_post_id) = 0 as is_root_missing,
        count(*) filter (where is_parent_missing) as missing_parent_count,
        min(created_at) as opened_at,
        max(created_at) as last_active_at,
        count(*) filter (where parent_post_id is not null and not is_parent_missing) as captured_reply_count,
        cast(sum(reported_reply_count) as bigint) as counted_reply_count,
        count(*) filter (where reported_reply_count is null) as uncounted_post_count
    from conversation_posts
    group by network, root_post_id
),

-- hardly any on networks that count the replies to every post
below_uncounted as (
    select
        replies.network,
        replies.root_post_id,
        count(*) as reply_count
    from conversation_posts as uncounted
    inner join conversation_posts as replies
        on uncounted.network = replies.network and uncounted.post_id = replies.parent_post_id
    where uncounted.reported_reply_count is null and not replies.is_parent_missing
    group by replies.network, replies.root_post_id
),

counted as (
    select
        trees.network,
        trees.root_post_id,
        {{ known_replies(
            'trees.counted_reply_count', 'trees.captured_reply_count', 'below_uncounted.reply_count',
            'trees.uncounted_post_count'
        ) }} as reported_reply_count
    from trees
    left join below_uncounted
        on trees.network = below_uncounted.network and trees.root_post_id = below_uncounted.root_post_id
),

-- a question is answered if anybody else replied to it
questions as (
    select
        asked.network,
        asked.root_post_id,
        count(distinct asked.post_id) as question_count,
        count(distinct case when answers.person_id <> asked.person_id then asked.post_id end)
            as answered_question_count
    from conversation_posts as asked
    left join conversation_posts as answers
        on asked.network = answers.network and asked.post_id = answers.parent_post_id
    where asked.is_question
    group by asked.network, asked.root_post_id
),

-- how often the direction between any two people changed
exchanges as (
    select
        network,
        root_post_id,
        count(*) as exchange_count
    from changes_of_direction
    group by network, root_post_id
)

select
    trees.root_post_id,
    trees.network,
    trees.post_count,
    trees.participant_count,
    trees.depth,
    shapes.width,
    shapes.h_index,
    shapes.structural_virality,
    turns.turn_count,
    turns.returner_count,
    turns.balance,
    turns.median_turn_gap_minutes,
    coalesce(exchanges.exchange_count, 0) as exchange_count,
    coalesce(questions.question_count, 0) as question_count,
    coalesce(questions.answered_question_count, 0) as answered_question_count,
    trees.is_root_missing,
    trees.missing_parent_count,
    trees.opened_at,
    trees.last_active_at,
    trees.captured_reply_count,
    counted.reported_reply_count,
    {{ completeness('trees.captured_reply_count', 'counted.reported_reply_count') }} as completeness
from trees
inner join counted on trees.network = counted.network and trees.root_post_id = counted.root_post_id
inner join shapes on trees.network = shapes.network and trees.root_post_id = shapes.root_post_id
inner join turns on trees.network = turns.network and trees.root_post_id = turns.root_post_id
left join questions on trees.network = questions.network and trees.root_post_id = questions.root_post_id
left join exchanges on trees.network = exchanges.network and trees.root_post_id = exchanges.root_post_id
