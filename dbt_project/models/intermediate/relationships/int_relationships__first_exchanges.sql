-- The first exchange of a client and a person: from then on they know each other.
with exchanges as (
    select * from {{ ref('int_relationships__exchanges') }}
)

select
    client_id,
    person_id,
    network,
    root_post_id,
    occurred_at as met_at
from exchanges
qualify row_number() over (
        partition by client_id, person_id order by occurred_at, {{ id_order('answer_post_id') }}, network
    ) = 1
