-- People at their first exchange with us. Did we already have an acquaintance in common? And does their
-- profile name a place that nobody we knew came from?
with first_exchanges as (
    select * from {{ ref('int_relationships__first_exchanges') }}
),

ties as (
    select * from {{ ref('int_people__ties') }}
),

bots as (
    select * from {{ ref('int_people__bots') }}
),

people as (
    select * from {{ ref('int_people__accounts') }}
),

clients as (
    select distinct
        client_id,
        network
    from {{ ref('stg_rapport__client_accounts') }}
),

account_places as (
    select * from {{ ref('stg_networks__accounts') }} where place is not null
),

shared as (
    select
        first_exchanges.client_id,
        first_exchanges.person_id,
        count(*) as shared_third_party_count
    from first_exchanges
    inner join ties
        on first_exchanges.client_id = ties.client_id
            and first_exchanges.person_id = ties.person_id
            and first_exchanges.met_at > ties.first_exchange_at
    inner join first_exchanges as known
        on first_exchanges.client_id = known.client_id
            and ties.other_person_id = known.person_id
            and first_exchanges.met_at > known.met_at
    anti join bots
        on first_exchanges.client_id = bots.client_id and ties.other_person_id = bots.person_id
    group by first_exchanges.client_id, first_exchanges.person_id
),

places as (
    select
        clients.client_id,
        {{ person_of('people', 'account_places.network', 'account_places.account_id') }} as person_id,
        min(account_places.place) as place
    from account_places
    -- what somebody says on a network where the client is not, it has not seen
    inner join clients on account_places.network = clients.network
    left join people
        on account_places.network = people.network and account_places.account_id = people.account_id
    group by
        clients.client_id, {{ person_of('people', 'account_places.network', 'account_places.account_id') }}
),

first_from_there as (
    select
        first_exchanges.client_id,
        places.place,
        min(first_exchanges.met_at) as met_at
    from first_exchanges
    inner join places
        on first_exchanges.client_id = places.client_id and first_exchanges.person_id = places.person_id
    group by first_exchanges.client_id, places.place
)

select
    first_exchanges.client_id,
    first_exchanges.person_id,
    first_exchanges.met_at,
    {{ week_start('first_exchanges.met_at') }} as week_start_date,
    coalesce(shared.shared_third_party_count, 0) as shared_third_party_count,
    places.place is not null as has_place,
    coalesce(first_exchanges.met_at = first_from_there.met_at, false) as is_from_new_place
from first_exchanges
left join shared
    on first_exchanges.client_id = shared.client_id and first_exchanges.person_id = shared.person_id
left join places
    on first_exchanges.client_id = places.client_id and first_exchanges.person_id = places.person_id
left join first_from_there
    on first_exchanges.client_id = first_from_there.client_id and places.place = first_from_there.place
