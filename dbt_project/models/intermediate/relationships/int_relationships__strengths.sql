{%- set last_in_order = 'addresses.occurred_at, ' ~ id_order('addresses.post_id') ~ ', addresses.network' -%}
-- How strong the tie between a client and a person is, as of the client's data, on which networks it lives,
-- and what passed between them last.
with addresses as (
    select * from {{ ref('int_relationships__addresses') }}
),

horizons as (
    select * from {{ ref('int_coverage__as_of') }}
)

select
    addresses.client_id,
    addresses.person_id,
    {{ strength('addresses.weight', 'addresses.occurred_at', 'horizons.as_of_at') }} as strength,
    {{ distinct_sorted_list(['addresses.network']) }} as networks,
    {{ last_by('addresses.network', last_in_order) }} as last_post_network,
    {{ last_by('addresses.post_id', last_in_order) }} as last_post_id
from addresses
inner join horizons on addresses.client_id = horizons.client_id
group by addresses.client_id, addresses.person_id
