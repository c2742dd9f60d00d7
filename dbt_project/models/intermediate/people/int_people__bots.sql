-- Bots to a client: people with an account that it lists as a bot. Bots to every client on a network: those
-- whom the list of people calls one, or who say so in a profile there while that list calls them nothing
-- else. They count as nobody's contact, reader or acquaintance.
with clients as (
    select distinct
        client_id,
        network
    from {{ ref('stg_rapport__client_accounts') }}
),

client_accounts as (
    select * from {{ ref('int_clients__accounts') }}
),

accounts as (
    select * from {{ ref('int_accounts__known') }}
),

named as (
    select * from {{ ref('int_people__accounts') }}
),

by_people as (
    select
        clients.client_id,
        {{ person_of('named', 'accounts.network', 'accounts.account_id') }} as person_id,
        case when named.person_kind is null then accounts.is_bot else named.person_kind = 'bot' end as is_bot
    from accounts
    inner join clients on accounts.network = clients.network
    left join named on accounts.network = named.network and accounts.account_id = named.account_id
)

select
    client_id,
    person_id
from client_accounts
where role = 'bot'
union
select
    client_id,
    person_id
from by_people
where is_bot
