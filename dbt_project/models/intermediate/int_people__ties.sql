-- Who has ever exchanged with whom, whoever they are: each pair both ways.
with exchanges as (
    select * from {{ ref('int_interactions__exchanges') }}
),

both_ways as (
    select
        answering_person_id as person_id,
        answered_person_id as other_person_id,
        network,
        answer_post_id,
        occurred_at
    from exchanges
    union all
    select
        answered_person_id as person_id,
        answering_person_id as other_person_id,
        network,
        answer_post_id,
        occurred_at
    from exchanges
)

select
    person_id,
    other_person_id,
    count(*) as exchange_count,
    max(occurred_at) as last_exchange_at,
    {{ last_by('network', 'occurred_at, ' ~ id_order('answer_post_id')) }} as last_exchange_network,
    {{ last_by('answer_post_id', 'occurred_at, ' ~ id_order('answer_post_id')) }} as last_exchange_post_id
from both_ways
group by person_id, other_person_id
