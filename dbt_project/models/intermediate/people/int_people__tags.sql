{{ config(materialized='ephemeral') }}
-- The tags of people, each once.
with tags as (
    select * from {{ ref('stg_rapport__tags') }}
),

named as (
    select * from {{ ref('int_people__named_by_hand') }}
)

select distinct
    named.client_id,
    named.entry_id,
    tags.tag
from tags
inner join named
    on tags.client_id = named.client_id
        and tags.network = named.network
        and coalesce(tags.account_id, '@' || tags.handle) = named.named_account
        and (named.is_seen or not tags.is_of_house)
