with relationship_weeks as (
    select *
    from {{ ref('relationship_weeks') }}
    where movement <> 'held' and {{ not_erased('person_id') }}
),

people as (
    select * from {{ ref('int_people__of_clients') }} where is_first
),

stakeholders as (
    select * from {{ ref('int_clients__stakeholders') }}
)

select
    relationship_weeks.client_id,
    relationship_weeks.person_id,
    people.handle,
    people.display_name,
    relationship_weeks.week_start_date,
    relationship_weeks.stage_before,
    relationship_weeks.stage as stage_after,
    relationship_weeks.movement,
    relationship_weeks.evidence_post_ids,
    stakeholders.person_id is not null as is_stakeholder,
    relationship_weeks.as_of_date
from relationship_weeks
inner join people
    on relationship_weeks.client_id = people.client_id and relationship_weeks.person_id = people.person_id
left join stakeholders
    on relationship_weeks.client_id = stakeholders.client_id
        and relationship_weeks.person_id = stakeholders.person_id
