-- Are these the right people? Everybody on the client's list, and how far the relationship has come.
with stakeholders as (
    select * from {{ ref('int_clients__stakeholders') }}
),

relationships as (
    select * from {{ ref('relationships') }} where {{ not_erased('person_id') }}
),

addresses as (
    select * from {{ ref('int_relationships__addresses') }}
),

first_exchanges as (
    select * from {{ ref('int_relationships__first_exchanges') }}
),

real_conversations as (
    select * from {{ ref('int_relationships__real_conversations') }}
),

people as (
    select * from {{ ref('int_people__of_clients') }} where is_first
),

bots as (
    select * from {{ ref('int_people__bots') }}
),

seen as (
    select distinct
        client_id,
        person_id
    from {{ ref('int_clients__seen_accounts') }}
),

waiting as (
    select * from {{ ref('int_waiting__open') }}
),

horizons as (
    select * from {{ ref('int_coverage__as_of') }}
),

first_addresses as (
    select
        client_id,
        person_id,
        min(case when direction = 'out' then occurred_at end) as sought_out_at,
        min(case when direction = 'in' then occurred_at end) as reached_out_at
    from addresses
    group by client_id, person_id
),

first_conversations as (
    select
        client_id,
        person_id,
        min(became_real_at) as in_conversation_at
    from real_conversations
    group by client_id, person_id
),

waits as (
    select
        client_id,
        person_id,
        count(*) as waiting_count
    from waiting
    group by client_id, person_id
)

select
    stakeholders.client_id,
    stakeholders.stakeholder_id,
    stakeholders.person_id,
    coalesce(people.handle, stakeholders.handle) as handle,
    coalesce(people.display_name, '@' || stakeholders.handle, stakeholders.account_id) as display_name,
    case when bots.person_id is not null then 'bot' else coalesce(people.person_kind, 'unknown') end
        as person_kind,
    cast(stakeholders.priority as integer) as stakeholder_priority,
    stakeholders.topic as stakeholder_topic,
    stakeholders.why as stakeholder_why,
    case coalesce(relationships.stage, 'stranger')
        when 'stranger' then 'not yet met'
        when 'noticed'
            then case
                    when relationships.address_out_count > 0 then 'sought out'
                    else 'reached out to us'
                end
        when 'acquainted' then 'answered'
        when 'conversing' then 'in conversation'
        when 'connected' then 'connected'
        else 'fell silent'
    end as standing,
    coalesce(relationships.stage, 'stranger') as stage,
    first_addresses.reached_out_at,
    first_addresses.sought_out_at,
    first_exchanges.met_at as answered_at,
    first_conversations.in_conversation_at,
    relationships.last_contact_at,
    relationships.last_mutual_at,
    cast(coalesce(relationships.address_in_count, 0) as bigint) as address_in_count,
    cast(coalesce(relationships.address_out_count, 0) as bigint) as address_out_count,
    cast(coalesce(relationships.exchange_count, 0) as bigint) as exchange_count,
    cast(coalesce(relationships.real_conversation_count, 0) as bigint) as real_conversation_count,
    cast(coalesce(relationships.shared_third_party_count, 0) as bigint) as shared_third_party_count,
    cast(coalesce(waits.waiting_count, 0) as bigint) as waiting_count,
    relationships.networks,
    relationships.last_post_network,
    relationships.last_post_id,
    cast(horizons.as_of_at as date) as as_of_date
from stakeholders
inner join horizons on stakeholders.client_id = horizons.client_id
left join seen
    on stakeholders.client_id = seen.client_id and stakeholders.person_id = seen.person_id
left join people on seen.client_id = people.client_id and seen.person_id = people.person_id
left join bots
    on stakeholders.client_id = bots.client_id and stakeholders.person_id = bots.person_id
left join relationships
    on stakeholders.client_id = relationships.client_id and stakeholders.person_id = relationships.person_id
left join first_addresses
    on stakeholders.client_id = first_addresses.client_id
        and stakeholders.person_id = first_addresses.person_id
left join first_exchanges
    on stakeholders.client_id = first_exchanges.client_id
        and stakeholders.person_id = first_exchanges.person_id
left join first_conversations
    on stakeholders.client_id = first_conversations.client_id
        and stakeholders.person_id = first_conversations.person_id
left join waits
    on stakeholders.client_id = waits.client_id and stakeholders.person_id = waits.person_id
