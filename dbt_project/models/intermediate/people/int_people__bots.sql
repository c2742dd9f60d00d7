-- Bots to a client: people with an account that it lists as a bot. Bots to every client on their network:
-- those whom the list of people calls one, or who say so in a profile while that list calls them nothing
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

people as (
    select * from {{ ref('int_people__described') }}
),

by_people as (
    select
        accounts.network,
        {{ person_of('named', 'accounts.network', 'accounts.account_id') }} as person_id
    from accounts
    left join named on accounts.network = named.network and accounts.account_id = named.account_id
)

select
    client_id,
    person_id
from client_accounts
where role = 'bot'
union
select
    clients.client_id,
    people.person_id
from people
inner join by_people on people.person_id = by_people.person_id
inner join clients on by_people.network = clients.network
where people.person_kind = 'bot'
