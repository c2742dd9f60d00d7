-- What people are called on each of a client's networks. Of somebody who is elsewhere as well nothing is
-- taken from there: only another client may have seen that account.
with clients as (
    select distinct
        client_id,
        network
    from {{ ref('stg_rapport__client_accounts') }}
),

accounts as (
    select * from {{ ref('int_accounts__known') }}
),

named as (
    select * from {{ ref('int_people__accounts') }}
),

seen as (
    select * from {{ ref('int_clients__seen_accounts') }}
),

talks as (
    select distinct
        client_id,
        network,
        person_id
    from {{ ref('int_relationships__addresses') }}
),

by_people as (
    select
        clients.client_id,
        accounts.*,
        {{ person_of('named', 'accounts.network', 'accounts.account_id') }} as person_id,
        named.person_name,
        named.person_kind
    from accounts
    inner join clients on accounts.network = clients.network
    left join named on accounts.network = named.network and accounts.account_id = named.account_id
),

in_order as (
    select
        by_people.client_id,
        by_people.network,
        by_people.person_id,
        by_people.account_id,
        by_people.handle,
        by_people.display_name,
        by_people.person_name,
        by_people.person_kind,
        bool_or(by_people.is_bot) over people as is_bot,
        bool_or(by_people.verified_type in ('business', 'government')) over people as is_organisation,
        row_number() over (
            partition by by_people.client_id, by_people.person_id
            order by
                talks.person_id is null,
                seen.account_id is null,
                {{ network_place('by_people.network') }},
                {{ id_order('by_people.account_id') }}
        ) as place,
        row_number() over (
            partition by by_people.client_id, by_people.person_id, by_people.network
            order by seen.account_id is null, {{ id_order('by_people.account_id') }}
        ) as place_on_network
    from by_people
    left join talks
        on by_people.client_id = talks.client_id
            and by_people.network = talks.network
            and by_people.person_id = talks.person_id
    left join seen
        on by_people.client_id = seen.client_id
            and by_people.network = seen.network
            and by_people.account_id = seen.account_id
    window people as (partition by by_people.client_id, by_people.person_id)
)

select
    client_id,
    network,
    person_id,
    coalesce(person_name, display_name, '@' || handle, account_id) as display_name,
    handle,
    case
        when person_kind is not null then person_kind
        when is_bot then 'bot'
        when is_organisation then 'organisation'
        else 'unknown'
    end as person_kind,
    place = 1 as is_first
from in_order
where place_on_network = 1
