-- Where every relationship stands as of the client's data.
with weeks as (
    select * from {{ ref('relationship_weeks') }}
),

strengths as (
    select * from {{ ref('int_relationships__strengths') }}
),

horizons as (
    select * from {{ ref('int_coverage__as_of') }}
),

rhythms as (
    select * from {{ ref('int_relationships__rhythm') }}
),

third_parties as (
    select * from {{ ref('int_relationships__third_parties') }}
),

last_weeks as (
    select
        *,
        max(case when stage <> stage_before then week_start_date end) over (
            partition by client_id, person_id
        ) as stage_since_date
    from weeks
    qualify row_number() over (partition by client_id, person_id order by week_start_date desc) = 1
)

select
    last_weeks.client_id,
    last_weeks.person_id,
    last_weeks.stage,
    last_weeks.stage_since_date,
    last_weeks.movement,
    last_weeks.week_start_date as movement_week_start_date,
    last_weeks.reached_out_by,
    last_weeks.address_in_count,
    last_weeks.address_out_count,
    last_weeks.exchange_count,
    last_weeks.real_conversation_count,
    last_weeks.active_week_count,
    last_weeks.first_contact_at,
    last_weeks.last_contact_at,
    last_weeks.last_mutual_at,
    last_weeks.balance,
    strengths.strength,
    rhythms.usual_gap_days,
    coalesce(third_parties.shared_third_party_count, 0) as shared_third_party_count,
    strengths.networks,
    strengths.last_post_network,
    strengths.last_post_id,
    cast(horizons.as_of_at as date) as as_of_date
from last_weeks
inner join strengths
    on last_weeks.client_id = strengths.client_id and last_weeks.person_id = strengths.person_id
inner join horizons on last_weeks.client_id = horizons.client_id
left join rhythms on last_weeks.client_id = rhythms.client_id and last_weeks.person_id = rhythms.person_id
left join third_parties
    on last_weeks.client_id = third_parties.client_id and last_weeks.person_id = third_parties.person_id
