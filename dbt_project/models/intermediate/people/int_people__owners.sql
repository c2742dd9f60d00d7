{{ config(materialized='ephemeral') }}
-- Who of us keeps the tie to each person: whom a list names, else whoever of us has answered them most of
-- late, else ever.
with owners as (
    select * from {{ ref('stg_rapport__owners') }}
),

named as (
    select * from {{ ref('int_people__named_by_hand') }}
),

client_accounts as (
    select * from {{ ref('int_clients__accounts') }} where is_ours
),

accounts as (
    select * from {{ ref('int_accounts__known') }}
),

handles as (
    select * from {{ ref('int_accounts__handles') }}
),

people as (
    select * from {{ ref('int_people__accounts') }}
),

answered as (
    select * from {{ ref('int_waiting__addresses') }} where answered_at is not null
),

horizons as (
    select * from {{ ref('int_coverage__as_of') }}
),

ours as (
    select
        client_accounts.client_id,
        client_accounts.network,
        client_accounts.account_id,
        client_accounts.person_id,
        people.person_name,
        coalesce(people.person_name, '@' || accounts.handle, client_accounts.account_id) as owner_name
    from client_accounts
    left join accounts
        on client_accounts.network = accounts.network and client_accounts.account_id = accounts.account_id
    left join people
        on client_accounts.network = people.network and client_accounts.account_id = people.account_id
),

-- an owner by name may be one of us whom the list of people names as well
by_name as (
    select
        client_id,
        {{ lower_case('person_name') }} as person_name,
        min(person_id) as person_id
    from ours
    where person_name is not null
    group by client_id, {{ lower_case('person_name') }}
),

listed as (
    select
        named.client_id,
        named.entry_id,
        coalesce(owners.owner_name, ours.owner_name, '@' || owners.owner_handle, owners.owner_account_id)
            as owner_name,
        ours.network as owner_network,
        ours.account_id as owner_account_id,
        coalesce(ours.person_id, by_name.person_id) as owner_person_id
    from owners
    inner join named
        on owners.client_id = named.client_id
            and owners.network = named.network
            and coalesce(owners.account_id, '@' || owners.handle) = named.named_account
            and (named.is_seen or not owners.is_of_house)
    left join handles
        on owners.owner_account_id is null
            and owners.owner_network = handles.network
            and owners.owner_handle = handles.handle
    left join ours
        on owners.client_id = ours.client_id
            and owners.owner_network = ours.network
            and ours.account_id = coalesce(owners.owner_account_id, handles.account_id)
    left join by_name
        on owners.client_id = by_name.client_id
            and {{ lower_case('owners.owner_name') }} = by_name.person_name
    -- the client's own list goes before the list of people
    qualify row_number() over (
            partition by named.client_id, named.entry_id
            order by
                owners.is_of_house,
                coalesce(owners.owner_name, owners.owner_handle, owners.owner_account_id),
                owners.network,
                named.named_account
        ) = 1
),

counted as (
    select
        answered.client_id,
        answered.person_id,
        ours.person_id as owner_person_id,
        count(*) as answer_count,
        count(*) filter (
            where answered.answered_at
            >= horizons.as_of_at - interval '{{ definition('connected_weeks') | int(26) * 7 }}' day
        ) as recent_answer_count,
        max(answered.answered_at) as last_answered_at
    from answered
    inner join ours
        on answered.client_id = ours.client_id
            and answered.network = ours.network
            and answered.answered_by_account_id = ours.account_id
    inner join horizons on answered.client_id = horizons.client_id
    group by answered.client_id, answered.person_id, ours.person_id
),

-- by which of their accounts: the one that answered last
named_last as (
    select
        answered.client_id,
        answered.person_id,
        ours.person_id as owner_person_id,
        ours.owner_name,
        ours.network as owner_network,
        ours.account_id as owner_account_id
    from answered
    inner join ours
        on answered.client_id = ours.client_id
            and answered.network = ours.network
            and answered.answered_by_account_id = ours.account_id
    qualify row_number() over (
            partition by answered.client_id, answered.person_id, ours.person_id
            order by answered.answered_at desc, ours.network asc, ours.account_id asc
        ) = 1
),

most as (
    select *
    from counted
    qualify row_number() over (
            partition by client_id, person_id
            order by
                recent_answer_count desc, answer_count desc, last_answered_at desc, owner_person_id asc
        ) = 1
),

totals as (
    select
        client_id,
        person_id,
        sum(answer_count) as answer_count
    from counted
    group by client_id, person_id
),

everybody as (
    select
        client_id,
        entry_id
    from listed
    union
    select
        client_id,
        person_id as entry_id
    from most
)

select
    everybody.client_id,
    everybody.entry_id,
    coalesce(listed.owner_name, named_last.owner_name) as owner_name,
    case when listed.entry_id is not null then 'by hand' else 'by answers' end as owner_basis,
    case when listed.entry_id is not null then listed.owner_network else named_last.owner_network end
        as owner_network,
    case when listed.entry_id is not null then listed.owner_account_id else named_last.owner_account_id end
        as owner_account_id,
    case
        when listed.entry_id is null then most.answer_count
        -- of a name that is no account of ours nobody knows what it answered
        when listed.owner_person_id is not null then coalesce(by_listed.answer_count, 0)
    end as owner_answer_count,
    coalesce(totals.answer_count, 0) as answer_count
from everybody
left join listed
    on everybody.client_id = listed.client_id and everybody.entry_id = listed.entry_id
left join most
    on everybody.client_id = most.client_id and everybody.entry_id = most.person_id
left join named_last
    on most.client_id = named_last.client_id
        and most.person_id = named_last.person_id
        and most.owner_person_id = named_last.owner_person_id
left join counted as by_listed
    on listed.client_id = by_listed.client_id
        and listed.entry_id = by_listed.person_id
        and listed.owner_person_id = by_listed.owner_person_id
left join totals
    on everybody.client_id = totals.client_id and everybody.entry_id = totals.person_id
