select
    person_number,
    person_id,
    name as person_name,
    kind as person_kind,
    network,
    account_id,
    {{ lower_case('handle') }} as handle
from {{ source('raw', 'people_accounts') }}
