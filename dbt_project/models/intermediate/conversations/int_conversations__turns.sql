{{ config(materialized='ephemeral', unique_key=['network', 'root_post_id']) }}
-- How evenly and how quickly people take turns in a conversation. Consecutive posts of one person in a line
-- of the tree are one turn.
with turns as {{ not_kept() }} (
    select
        network,
        root_post_id,
        person_id,
        created_at
    from {{ only_changed(ref('int_conversations__placed'), ref('_changes__conversations')) }}
    where is_new_turn
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
        network,
        root_post_id,
        cast(sum(turn_count) as bigint) as turn_count,
        count(*) filter (where {{ is_returner('turn_count') }}) as returner_count,
        {{ sorted_list('turn_count') }} as turn_counts
    from speakers
    group by network, root_post_id
),

moments as (
    select
        network,
        root_post_id,
        {{ sorted_list('created_at') }} as turn_moments
    from turns
    where created_at is not null
    group by network, root_post_id
)

select
    shares.network,
    shares.root_post_id,
    shares.turn_count,
    shares.returner_count,
    {{ evenness('shares.turn_counts', 'shares.turn_count') }} as balance,
    {{ median_gap_minutes('moments.turn_moments') }} as median_turn_gap_minutes
from shares
left join moments on shares.network = moments.network and shares.root_post_id = moments.root_post_id
