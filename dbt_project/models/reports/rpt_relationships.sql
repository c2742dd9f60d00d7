with relationships as (
    select * from {{ ref('relationships') }} where {{ not_erased('person_id') }}
),

people as (
    select * from {{ ref('int_people__of_clients') }} where is_first
),

stakeholders as (
    select * from {{ ref('int_clients__stakeholders') }}
)

select
    relationships.client_id,
    relationships.person_id,
    people.handle,
    people.display_name,
    people.person_kind,
    relationships.stage,
    relationships.stage_since_date,
    relationships.movement,
    relationships.movement_week_start_date,
    relationships.reached_out_by,
    cast(relationships.address_in_count as bigint) as address_in_count,
    cast(relationships.address_out_count as bigint) as address_out_count,
    cast(relationships.exchange_count as bigint) as exchange_count,
    cast(relationships.real_conversation_count as bigint) as real_conversation_count,
    cast(relationships.active_week_count as bigint) as active_week_count,
    relationships.first_contact_at,
    relationships.last_contact_at,
    relationships.last_mutual_at,
    cast(relationships.balance as double) as balance,
    cast(relationships.strength as double) as strength,
    stakeholders.person_id is not null as is_stakeholder,
    cast(stakeholders.priority as integer) as stakeholder_priority,
    stakeholders.topic as stakeholder_topic,
    cast(relationships.usual_gap_days as double) as usual_gap_days,
    cast(relationships.shared_third_party_count as bigint) as shared_third_party_count,
    relationships.networks,
    relationships.last_post_network,
    relationships.last_post_id,
    relationships.as_of_date
from relationships
inner join people on relationships.client_id = people.client_id and relationships.person_id = people.person_id
left join stakeholders
    on relationships.client_id = stakeholders.client_id and relationships.person_id = stakeholders.person_id
