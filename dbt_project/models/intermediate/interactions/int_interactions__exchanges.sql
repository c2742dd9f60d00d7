{{ config(materialized='ephemeral', unique_key=['network', 'root_post_id']) }}
-- Exchanges between any two people: the direction changes within a conversation. Dated at the answer.
with interactions as (
    select *
    from {{ only_changed(ref('int_interactions__acts'), ref('_changes__conversations')) }}
    where is_address and occurred_at is not null
),

followed as (
    select
        network,
        root_post_id,
        post_id,
        occurred_at,
        from_person_id,
        to_person_id,
        lag(from_person_id) over (
            partition by
                network, root_post_id,
                least(from_person_id, to_person_id), greatest(from_person_id, to_person_id)
            order by occurred_at, {{ id_order('post_id') }}
        ) as previous_person_id
    from interactions
)

select
    network,
    root_post_id,
    post_id as answer_post_id,
    from_person_id as answering_person_id,
    to_person_id as answered_person_id,
    occurred_at
from followed
where previous_person_id <> from_person_id
