-- Which account has a handle. Handles can change hands: the account that was last seen with it has it.
with accounts as (
    select * from {{ ref('int_accounts__known') }} where handle is not null
)

select
    network,
    {{ lower_case('handle') }} as handle,
    {{ last_by(
        'account_id', "coalesce(observed_at, " ~ start_of("date '1970-01-01'") ~ "), account_id"
    ) }} as account_id
from accounts
group by network, {{ lower_case('handle') }}
