{%- set in_order = 'occurred_at, ' ~ id_order('post_id') ~ ', network' -%}
-- Who has had an exchange with whom, of the people a client knows and those they talk with; each pair both
-- ways.
with addresses as (
    select
        *,
        least(from_person_id, to_person_id) as one_person_id,
        greatest(from_person_id, to_person_id) as other_person_id
    from {{ ref('int_people__addresses') }}
),

followed as (
    select
        *,
        lag(from_person_id) over (
            partition by client_id, network, root_post_id, one_person_id, other_person_id
            order by occurred_at, {{ id_order('post_id') }}
        ) as previous_person_id
    from addresses
),

pairs as (
    select
        client_id,
        one_person_id,
        other_person_id,
        count(*) as exchange_count,
        min(occurred_at) as first_exchange_at,
        max(occurred_at) as last_exchange_at,
        {{ last_by('network', in_order) }} as last_exchange_network,
        {{ last_by('post_id', in_order) }} as last_exchange_post_id
    from followed
    where previous_person_id <> from_person_id
    group by client_id, one_person_id, other_person_id
)

select
    client_id,
    one_person_id as person_id,
    other_person_id,
    exchange_count,
    first_exchange_at,
    last_exchange_at,
    last_exchange_network,
    last_exchange_post_id
from pairs
union all
select
    client_id,
    other_person_id as person_id,
    one_person_id as other_person_id,
    exchange_count,
    first_exchange_at,
    last_exchange_at,
    last_exchange_network,
    last_exchange_post_id
from pairs
