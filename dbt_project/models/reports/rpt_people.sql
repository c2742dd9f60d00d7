-- Everybody a client has to do with: whom it talks with, and whom its lists name.
with relationships as (
    select * from {{ ref('relationships') }} where {{ not_erased('person_id') }}
),

stakeholders as (
    select * from {{ ref('int_clients__stakeholders') }}
),

named as (
    select * from {{ ref('int_people__named_by_hand') }}
),

owners as (
    select * from {{ ref('int_people__owners') }}
),

tags as (
    select
        client_id,
        entry_id,
        {{ sorted_list('tag') }} as tags
    from {{ ref('int_people__tags') }}
    group by client_id, entry_id
),

notes as (
    select
        client_id,
        person_id,
        count(*) as note_count
    from {{ ref('int_notes__people') }}
    where person_id is not null
    group by client_id, person_id
),

seen as (
    select distinct
        client_id,
        person_id
    from {{ ref('int_clients__seen_accounts') }}
),

people as (
    select * from {{ ref('int_people__of_clients') }} where is_first
),

bots as (
    select * from {{ ref('int_people__bots') }}
),

horizons as (
    select * from {{ ref('int_coverage__as_of') }}
),

entries as (
    select
        client_id,
        person_id as entry_id,
        person_id,
        cast(null as string) as handle,
        cast(null as string) as account_id
    from relationships
    union all
    select
        client_id,
        stakeholder_id as entry_id,
        person_id,
        handle,
        account_id
    from stakeholders
    union all
    select
        client_id,
        entry_id,
        person_id,
        handle,
        account_id
    from named
),

each_once as (
    select
        client_id,
        entry_id,
        min(person_id) as person_id,
        min(handle) as handle,
        min(account_id) as account_id
    from entries
    group by client_id, entry_id
)

select
    each_once.client_id,
    each_once.entry_id,
    each_once.person_id,
    coalesce(people.handle, each_once.handle) as handle,
    coalesce(people.display_name, '@' || each_once.handle, each_once.account_id) as display_name,
    case when bots.person_id is not null then 'bot' else coalesce(people.person_kind, 'unknown') end
        as person_kind,
    coalesce(relationships.stage, 'stranger') as stage,
    relationships.last_contact_at,
    stakeholders.stakeholder_id is not null as is_stakeholder,
    cast(stakeholders.priority as integer) as stakeholder_priority,
    owners.owner_name,
    owners.owner_basis,
    owners.owner_network,
    owners.owner_account_id,
    cast(owners.owner_answer_count as bigint) as owner_answer_count,
    cast(coalesce(owners.answer_count, 0) as bigint) as answer_count,
    coalesce(tags.tags, {{ empty_list() }}) as tags,
    cast(coalesce(notes.note_count, 0) as bigint) as note_count,
    cast(horizons.as_of_at as date) as as_of_date
from each_once
inner join horizons on each_once.client_id = horizons.client_id
left join relationships
    on each_once.client_id = relationships.client_id and each_once.person_id = relationships.person_id
left join stakeholders
    on each_once.client_id = stakeholders.client_id and each_once.entry_id = stakeholders.stakeholder_id
left join owners
    on each_once.client_id = owners.client_id and each_once.entry_id = owners.entry_id
left join tags on each_once.client_id = tags.client_id and each_once.entry_id = tags.entry_id
left join notes on each_once.client_id = notes.client_id and each_once.person_id = notes.person_id
left join seen on each_once.client_id = seen.client_id and each_once.person_id = seen.person_id
-- of whom the client has not come across, nothing is taken that another client has seen
left join people
    on each_once.client_id = people.client_id
        and each_once.person_id = people.person_id
        and (seen.person_id is not null or relationships.person_id is not null)
left join bots on each_once.client_id = bots.client_id and each_once.person_id = bots.person_id
