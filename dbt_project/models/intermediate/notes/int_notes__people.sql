{{ config(materialized='ephemeral') }}
-- The notes of a client, each with the person it is about. That is empty where the client has not come
-- across the account that the note names, be it by the handle or by the id.
with notes as (
    select * from {{ ref('stg_rapport__notes') }}
),

named as (
    select * from {{ ref('int_people__named_by_hand') }}
)

select
    notes.client_id,
    notes.note_id,
    notes.noted_date,
    notes.noted_by,
    notes.consent_basis,
    notes.note,
    case when named.is_seen then named.person_id end as person_id
from notes
inner join named
    on notes.client_id = named.client_id
        and notes.network = named.network
        and coalesce(notes.account_id, '@' || notes.handle) = named.named_account
