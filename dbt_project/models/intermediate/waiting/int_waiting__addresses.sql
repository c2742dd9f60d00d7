{{ config(
    materialized='incremental',
    unique_key=['client_id', 'person_id'],
    meta={'changes': '_changes__pairs'},
) }}
-- Every address to us except by bots, with the time of the answer, if there was one.
with addresses as (
    select *
    from {{ only_changed(ref('int_relationships__addresses'), ref('_changes__pairs')) }}
    where direction = 'in'
),

bots as (
    select * from {{ ref('int_people__bots') }}
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
    {{ seconds_between('addresses.occurred_at', 'addresses.answered_at') }} / 3600e0 as answer_hours
from addresses
anti join bots on addresses.client_id = bots.client_id and addresses.person_id = bots.person_id
