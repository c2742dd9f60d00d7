{{ config(
    materialized='incremental',
    unique_key=['network', 'root_post_id'],
    meta={'changes': '_changes__conversations'},
) }}
-- How evenly and how quickly people take turns in a conversation. Consecutive posts of one person in a line
-- of the tree are one turn.
with conversation_posts as (
    select *
    from {{ only_changed(ref('int_conversations__placed'), ref('_changes__conversations')) }}
),

turns as (
    select
        network,
        root_post_id,
        person_id,
        created_at,
        {{ whole_seconds_between('lag(created_at) over conversation', 'created_at') }} / 60e0 as gap_minutes
    from conversation_posts
    where is_new_turn
    window conversation as (
        partition by network, root_post_id order by created_at, {{ id_order('post_id') }}
    )
),

speakers as (
    select
        network,
        root_post_id,
        person_id,
        count(*) as turn_count
    from turns
    group by network, root_post_id, person_id
),

shares as (
    select
        *,
        turn_count / sum(turn_count) over (partition by network, root_post_id) as turn_share
    from speakers
),

-- as a decimal, so that the sum does not depend on the order of rows
parts as (
    select
        *,
        cast(turn_share * ln(turn_share) as decimal(18, 15)) as turn_part
    from shares
),

evenness as (
    select
        network,
        root_post_id,
        cast(sum(turn_count) as bigint) as turn_count,
        count(*) filter (where {{ is_returner('turn_count') }}) as returner_count,
        -- Pielou's evenness: 1 if all have the same number of turns, near 0 if one person has nearly all
        case when count(*) > 1 then -cast(sum(turn_part) as double) / ln(count(*)) end as balance
    from parts
    group by network, root_post_id
),

gaps as (
    select
        network,
        root_post_id,
        median(gap_minutes) as median_turn_gap_minutes
    from turns
    group by network, root_post_id
)

select
    evenness.network,
    evenness.root_post_id,
    evenness.turn_count,
    evenness.returner_count,
    evenness.balance,
    gaps.median_turn_gap_minutes
from evenness
inner join gaps on evenness.network = gaps.network and evenness.root_post_id = gaps.root_post_id
