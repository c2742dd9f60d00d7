{%- set in_order = 'occurred_at, ' ~ id_order('answer_post_id') ~ ', network' -%}
-- Who has ever had an exchange with whom, us or not; each pair both ways.
with exchanges as (
    select
        *,
        least(answering_person_id, answered_person_id) as one_person_id,
        greatest(answering_person_id, answered_person_id) as other_person_id
    from {{ ref('int_interactions__exchanges') }}
),

pairs as (
    select
        one_person_id,
        other_person_id,
        count(*) as exchange_count,
        max(occurred_at) as last_exchange_at,
        {{ last_by('network', in_order) }} as last_exchange_network,
        {{ last_by('answer_post_id', in_order) }} as last_exchange_post_id
    from exchanges
    group by one_person_id, other_person_id
)

select
    one_person_id as person_id,
    other_person_id,
    exchange_count,
    last_exchange_at,
    last_exchange_network,
    last_exchange_post_id
from pairs
union all
select
    other_person_id as person_id,
    one_person_id as other_person_id,
    exchange_count,
    last_exchange_at,
    last_exchange_network,
    last_exchange_post_id
from pairs
