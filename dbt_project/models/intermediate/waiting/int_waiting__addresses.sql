{{ config(materialized='ephemeral') }}
-- Every address to us, with its answer, if there was one.
with addresses as (
    select * from {{ ref('int_relationships__addresses') }}
    where direction = 'in'
)

select
    addresses.client_id,
    addresses.network,
    addresses.post_id,
    addresses.root_post_id,
    addresses.person_id,
    addresses.our_account_id,
    addresses.kind,
    addresses.occurred_at,
    addresses.week_start_date,
    addresses.answered_at,
    addresses.answer_post_id,
    addresses.answered_by_account_id,
    {{ seconds_between('addresses.occurred_at', 'addresses.answered_at') }} / 3600e0 as answer_hours
from addresses
