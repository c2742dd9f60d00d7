with stakeholders as (
    select * from {{ ref('stg_rapport__stakeholders') }}
),

accounts as (
    select * from {{ ref('int_accounts__known') }}
)

select
    stakeholders.client_id,
    coalesce(stakeholders.account_id, accounts.account_id) as person_id,
    min(stakeholders.priority) as priority,
    min_by(stakeholders.topic, stakeholders.priority) as topic,
    min_by(stakeholders.why, stakeholders.priority) as why
from stakeholders
left join accounts
    on stakeholders.account_id is null
        and stakeholders.network = accounts.network
        and stakeholders.handle = lower(accounts.handle)
where coalesce(stakeholders.account_id, accounts.account_id) is not null
group by stakeholders.client_id, coalesce(stakeholders.account_id, accounts.account_id)
