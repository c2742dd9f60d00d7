{{ config(materialized='ephemeral') }}
-- Whom the owners, tags and notes of a client name: each account as it is named, with its person. Of the list
-- of people, which is every client's, only whom the client has come across, and nobody who is one of the
-- client.
with owners as (
    select * from {{ ref('stg_rapport__owners') }}
),

tags as (
    select * from {{ ref('stg_rapport__tags') }}
),

notes as (
    select * from {{ ref('stg_rapport__notes') }}
),

handles as (
    select * from {{ ref('int_accounts__handles') }}
),

seen as (
    select * from {{ ref('int_clients__seen_accounts') }}
),

people as (
    select * from {{ ref('int_people__accounts') }}
),

ours as (
    select distinct
        client_id,
        person_id
    from {{ ref('int_clients__accounts') }}
    where is_ours
),

named as (
    select
        client_id,
        network,
        account_id,
        handle,
        is_of_house
    from owners
    union all
    select
        client_id,
        network,
        account_id,
        handle,
        is_of_house
    from tags
    union all
    select
        client_id,
        network,
        account_id,
        handle,
        false as is_of_house
    from notes
),

-- one list may have an account by its handle, which was looked up, and another by its id alone
each_once as (
    select
        client_id,
        network,
        coalesce(account_id, '@' || handle) as named_account,
        min(account_id) as account_id,
        min(handle) as handle,
        bool_or(not is_of_house) as is_own
    from named
    group by client_id, network, coalesce(account_id, '@' || handle)
),

resolved as (
    select
        each_once.client_id,
        each_once.network,
        each_once.handle,
        each_once.named_account,
        coalesce(each_once.account_id, seen.account_id) as account_id,
        each_once.is_own,
        seen.account_id is not null as is_seen
    from each_once
    left join handles
        on each_once.account_id is null
            and each_once.network = handles.network
            and each_once.handle = handles.handle
    left join seen
        on each_once.client_id = seen.client_id
            and each_once.network = seen.network
            and seen.account_id = coalesce(each_once.account_id, handles.account_id)
),

by_people as (
    select
        resolved.*,
        {{ person_of('people', 'resolved.network', 'resolved.account_id') }} as person_id,
        {{ qualified_id('resolved.network', "'@' || resolved.handle") }} as qualified_handle
    from resolved
    left join people on resolved.network = people.network and resolved.account_id = people.account_id
)

select
    by_people.client_id,
    by_people.network,
    by_people.named_account,
    by_people.handle,
    by_people.account_id,
    by_people.person_id,
    -- whose account was never seen is known by the handle in the list
    coalesce(by_people.person_id, by_people.qualified_handle) as entry_id,
    by_people.is_own,
    by_people.is_seen
from by_people
left join ours on by_people.client_id = ours.client_id and by_people.person_id = ours.person_id
where by_people.is_own or (by_people.is_seen and ours.person_id is null)
