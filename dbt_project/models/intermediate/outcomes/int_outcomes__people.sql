{{ config(materialized='ephemeral') }}
-- The outcomes logged by hand, each with the person it is about. That is empty where no consent basis is
-- given, and where the client has not come across the account yet.
with outcomes as (
    select * from {{ ref('stg_rapport__outcomes') }}
),

accounts as (
    select * from {{ ref('int_accounts__known') }}
),

seen as (
    select * from {{ ref('int_clients__seen_accounts') }}
),

people as (
    select * from {{ ref('int_people__accounts') }}
),

-- a handle may have changed hands: whoever was seen with it last has it
found as (
    select
        outcomes.client_id,
        outcomes.outcome_id,
        {{ last_by(
            person_of('people', 'accounts.network', 'accounts.account_id'),
            "coalesce(accounts.observed_at, " ~ start_of("date '1970-01-01'") ~ "), accounts.account_id"
        ) }} as person_id
    from outcomes
    inner join accounts
        on outcomes.network = accounts.network
            and case
                when outcomes.account_id is null then outcomes.handle = {{ lower_case('accounts.handle') }}
                else outcomes.account_id = accounts.account_id
            end
    semi join seen
        on outcomes.client_id = seen.client_id
            and accounts.network = seen.network
            and accounts.account_id = seen.account_id
    left join people on accounts.network = people.network and accounts.account_id = people.account_id
    where outcomes.consent_basis is not null
    group by outcomes.client_id, outcomes.outcome_id
)

select
    outcomes.client_id,
    outcomes.outcome_id,
    outcomes.kind,
    -- what two people can't do without talking with each other
    outcomes.kind in ('meeting', 'call') as is_contact,
    outcomes.occurred_date,
    outcomes.consent_basis,
    outcomes.note,
    found.person_id
from outcomes
left join found on outcomes.client_id = found.client_id and outcomes.outcome_id = found.outcome_id
