with accounts as (
    select * from {{ ref('accounts') }}
),

bots as (
    select distinct
        network,
        account_id
    from {{ ref('int_clients__accounts') }}
    where role = 'bot'
)

select
    accounts.person_id,
    coalesce(min(accounts.display_name), '@' || min(accounts.handle), min(accounts.account_id))
        as display_name,
    min(accounts.handle) as handle,
    case
        when count(bots.account_id) > 0 then 'bot'
        when bool_or(accounts.verified_type in ('business', 'government')) then 'organisation'
        else 'unknown'
    end as person_kind,
    count(*) as account_count
from accounts
left join bots on accounts.network = bots.network and accounts.account_id = bots.account_id
group by accounts.person_id
