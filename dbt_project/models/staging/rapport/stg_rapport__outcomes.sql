-- Without a consent basis it is not read whom an outcome is about.
with source as (
    select * from {{ source('raw', 'outcomes') }}
)

select
    client_id,
    outcome_id,
    kind,
    occurred_date,
    nullif(consent_basis, '') as consent_basis,
    network,
    case when consent_basis <> '' then account_id end as account_id,
    case when consent_basis <> '' then {{ lower_case('handle') }} end as handle,
    case when consent_basis <> '' then nullif(note, '') end as note
from source
