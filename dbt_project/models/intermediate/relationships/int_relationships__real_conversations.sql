{{ config(materialized='ephemeral') }}
-- A conversation with a person is real once somebody came back. It counts once, in the week in which it
-- became real.
with exchanges as (
    select * from {{ ref('int_relationships__exchanges') }}
)

select
    client_id,
    person_id,
    network,
    root_post_id,
    answer_post_id,
    answer_direction,
    our_account_id,
    occurred_at as became_real_at,
    week_start_date
from exchanges
where exchange_number = {{ definition('real_conversation_exchanges') }}
