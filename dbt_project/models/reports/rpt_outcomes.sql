-- Outcomes, each with the relationship as it was before: at the end of the last week before that day, and the
-- exchanges between then and the day. Nothing of the day itself or later.
with outcomes as (
    select * from {{ ref('int_outcomes__people') }}
),

horizons as (
    select * from {{ ref('int_coverage__as_of') }}
),

people as (
    select * from {{ ref('int_people__of_clients') }} where is_first
),

relationship_weeks as (
    select * from {{ ref('relationship_weeks') }} where is_complete_week
),

exchanges as (
    select * from {{ ref('int_relationships__exchanges') }}
),

stakeholders as (
    select * from {{ ref('int_clients__stakeholders') }} where person_id is not null
),

close_ties as (
    select * from {{ ref('relationships') }} where {{ is_close('stage') }}
),

ended_silences as (
    select silences.*
    from {{ ref('int_relationships__silences') }} as silences
    semi join close_ties
        on silences.client_id = close_ties.client_id and silences.person_id = close_ties.person_id
    where silences.is_ended_by_meeting
),

stood as (
    select
        outcomes.client_id,
        outcomes.outcome_id,
        relationship_weeks.stage,
        relationship_weeks.address_in_count,
        relationship_weeks.address_out_count,
        relationship_weeks.exchange_count,
        relationship_weeks.real_conversation_count,
        relationship_weeks.first_contact_at,
        relationship_weeks.last_mutual_at
    from outcomes
    inner join relationship_weeks
        on outcomes.client_id = relationship_weeks.client_id
            and outcomes.person_id = relationship_weeks.person_id
            and outcomes.occurred_date >= relationship_weeks.as_of_date
    qualify row_number() over (
            partition by outcomes.client_id, outcomes.outcome_id
            order by relationship_weeks.week_start_date desc
        ) = 1
),

since as (
    select
        outcomes.client_id,
        outcomes.outcome_id,
        count(*) as exchange_count
    from outcomes
    inner join exchanges
        on outcomes.client_id = exchanges.client_id
            and outcomes.person_id = exchanges.person_id
            and exchanges.week_start_date = {{ week_start('outcomes.occurred_date') }}
            and exchanges.occurred_at < {{ start_of('outcomes.occurred_date') }}
    group by outcomes.client_id, outcomes.outcome_id
)

select
    outcomes.client_id,
    outcomes.outcome_id,
    outcomes.kind,
    outcomes.occurred_date,
    outcomes.consent_basis,
    outcomes.note,
    outcomes.person_id is not null as is_joined,
    outcomes.person_id,
    people.handle,
    people.display_name,
    coalesce(stakeholders.person_id is not null, false) as is_stakeholder,
    case when outcomes.person_id is not null then coalesce(stood.stage, 'stranger') end as stage_before,
    case when outcomes.person_id is not null
            then cast(coalesce(stood.address_in_count, 0) as bigint)
    end as address_in_count,
    case when outcomes.person_id is not null
            then cast(coalesce(stood.address_out_count, 0) as bigint)
    end as address_out_count,
    case when outcomes.person_id is not null
            then cast(coalesce(stood.exchange_count, 0) as bigint)
    end as exchange_count,
    case when outcomes.person_id is not null
            then cast(coalesce(stood.real_conversation_count, 0) as bigint)
    end as real_conversation_count,
    case when outcomes.person_id is not null
            then cast(coalesce(since.exchange_count, 0) as bigint)
    end as exchange_since_count,
    stood.first_contact_at,
    stood.last_mutual_at,
    outcomes.is_contact and ended_silences.person_id is not null as is_end_of_silence,
    case when outcomes.person_id is not null
            then {{ week_start('outcomes.occurred_date') }}
    end as relationship_as_of_date,
    cast(horizons.as_of_at as date) as as_of_date
from outcomes
inner join horizons on outcomes.client_id = horizons.client_id
left join people on outcomes.client_id = people.client_id and outcomes.person_id = people.person_id
left join stakeholders
    on outcomes.client_id = stakeholders.client_id and outcomes.person_id = stakeholders.person_id
left join stood
    on outcomes.client_id = stood.client_id and outcomes.outcome_id = stood.outcome_id
left join since
    on outcomes.client_id = since.client_id and outcomes.outcome_id = since.outcome_id
left join ended_silences
    on outcomes.client_id = ended_silences.client_id
        and outcomes.person_id = ended_silences.person_id
        and outcomes.occurred_date = ended_silences.last_met_date
