-- Whom an outcome is about, where that may be known and the account has been seen.
with outcomes as (
    select * from {{ ref('stg_rapport__outcomes') }} where consent_basis is not null
),

accounts as (
    select * from {{ ref('accounts') }}
)

select
    outcomes.client_id,
    outcomes.outcome_id,
    outcomes.occurred_date,
    {{ last_by(
        'accounts.person_id', "coalesce(accounts.observed_at, timestamp '1970-01-01'), accounts.account_id"
    ) }} as person_id
from outcomes
inner join accounts
    on outcomes.network = accounts.network
        and case
            when outcomes.account_id is null then outcomes.handle = lower(accounts.handle)
            else outcomes.account_id = accounts.account_id
        end
group by outcomes.client_id, outcomes.outcome_id, outcomes.occurred_date
