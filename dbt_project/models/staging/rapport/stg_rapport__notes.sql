-- Without a consent basis a note is not read at all.
select
    client_id,
    note_id,
    noted_date,
    nullif(noted_by, '') as noted_by,
    consent_basis,
    network,
    account_id,
    {{ lower_case('handle') }} as handle,
    note
from {{ source('raw', 'notes') }}
where consent_basis <> ''
