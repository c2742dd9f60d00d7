{{ config(materialized='ephemeral') }}
-- With how many people both the client and the person have had exchanges. Our own accounts and bots do not
-- count.
with exchanges as (
    select * from {{ ref('int_relationships__exchanges') }}
),

addresses as (
    select * from {{ ref('int_relationships__addresses') }}
),

ties as (
    select * from {{ ref('int_people__ties') }}
),

bots as (
    select * from {{ ref('int_people__bots') }}
),

in_touch as (
    select distinct
        client_id,
        person_id
    from addresses
),

exchanged_with as (
    select distinct
        exchanges.client_id,
        exchanges.person_id
    from exchanges
    anti join bots on exchanges.client_id = bots.client_id and exchanges.person_id = bots.person_id
)

select
    in_touch.client_id,
    in_touch.person_id,
    count(*) as shared_third_party_count
from in_touch
inner join ties on in_touch.client_id = ties.client_id and in_touch.person_id = ties.person_id
inner join exchanged_with
    on in_touch.client_id = exchanged_with.client_id and ties.other_person_id = exchanged_with.person_id
group by in_touch.client_id, in_touch.person_id
