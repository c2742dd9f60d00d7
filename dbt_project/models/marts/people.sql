{%- set in_order = id_order('accounts.account_id') ~ ', accounts.network' -%}
with accounts as (
    select * from {{ ref('accounts') }}
),

named as (
    select * from {{ ref('int_people__accounts') }}
),

bots as (
    select * from {{ ref('int_people__bots') }}
)

select
    accounts.person_id,
    coalesce(
        min(named.person_name),
        {{ first_by('accounts.display_name', in_order) }},
        '@' || {{ first_by('accounts.handle', in_order) }},
        min(accounts.account_id)
    ) as display_name,
    -- of several accounts the oldest
    {{ first_by('accounts.handle', in_order) }} as handle,
    case
        when count(bots.person_id) > 0 then 'bot'
        when min(named.person_kind) is not null then min(named.person_kind)
        when bool_or(accounts.verified_type in ('business', 'government')) then 'organisation'
        else 'unknown'
    end as person_kind,
    count(*) as account_count
from accounts
left join named on accounts.network = named.network and accounts.account_id = named.account_id
left join bots on accounts.person_id = bots.person_id
group by accounts.person_id
