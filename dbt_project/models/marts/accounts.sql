with accounts as (
    select * from {{ ref('int_accounts__known') }}
)

select
    network,
    account_id,
    account_id as person_id,
    handle,
    display_name,
    description,
    verified_type,
    created_at,
    observed_at
from accounts
