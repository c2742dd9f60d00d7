{%- set in_order = network_place('accounts.network') ~ ', ' ~ id_order('accounts.account_id') -%}
-- What people are called in the home, and what kind of person they are by the list of people or the network.
-- What they are to a client, who may not see all of their networks: int_people__of_clients, int_people__bots.
with accounts as (
    select * from {{ ref('int_accounts__known') }}
),

named as (
    select * from {{ ref('int_people__accounts') }}
),

tombstones as (
    select * from {{ ref('stg_rapport__tombstones') }} where object_type = 'account'
),

by_people as (
    select
        accounts.*,
        {{ person_of('named', 'accounts.network', 'accounts.account_id') }} as person_id,
        named.person_name,
        named.person_kind,
        tombstones.object_id is not null as is_erased
    from accounts
    left join named on accounts.network = named.network and accounts.account_id = named.account_id
    left join tombstones
        on accounts.network = tombstones.network and accounts.account_id = tombstones.object_id
)

select
    accounts.person_id,
    coalesce(
        min(accounts.person_name),
        {{ first_by('accounts.display_name', in_order) }},
        '@' || {{ first_by('accounts.handle', in_order) }},
        min(accounts.account_id)
    ) as display_name,
    -- of several accounts the oldest on the first network
    {{ first_by('accounts.handle', in_order) }} as handle,
    case
        when min(accounts.person_kind) is not null then min(accounts.person_kind)
        when bool_or(accounts.is_bot) then 'bot'
        when bool_or(accounts.verified_type in ('business', 'government')) then 'organisation'
        else 'unknown'
    end as person_kind,
    count(*) as account_count,
    not bool_or(not accounts.is_erased) as is_erased
from by_people as accounts
group by accounts.person_id
