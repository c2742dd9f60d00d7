{{ config(materialized='ephemeral') }}
-- How long ties have been silent. A meeting or a call that was logged by hand is contact: it ends a silence
-- as an exchange does.
with rhythms as (
    select * from {{ ref('int_relationships__rhythm') }}
),

horizons as (
    select * from {{ ref('int_coverage__as_of') }}
),

bots as (
    select * from {{ ref('int_people__bots') }}
),

meetings as (
    select
        client_id,
        person_id,
        max(occurred_date) as last_met_date
    from {{ ref('int_outcomes__people') }}
    where is_contact and person_id is not null
    group by client_id, person_id
),

moments as (
    select
        rhythms.client_id,
        rhythms.person_id,
        rhythms.usual_gap_days,
        rhythms.last_network,
        rhythms.last_exchange_at,
        rhythms.last_exchange_post_id,
        rhythms.last_root_post_id,
        rhythms.last_answer_by,
        meetings.last_met_date,
        horizons.as_of_at,
        greatest(
            rhythms.last_exchange_at,
            coalesce({{ start_of('meetings.last_met_date') }}, rhythms.last_exchange_at)
        ) as silent_since_at
    from rhythms
    anti join bots on rhythms.client_id = bots.client_id and rhythms.person_id = bots.person_id
    inner join horizons on rhythms.client_id = horizons.client_id
    left join meetings on rhythms.client_id = meetings.client_id and rhythms.person_id = meetings.person_id
),

silences as (
    select
        *,
        {{ seconds_between('silent_since_at', 'as_of_at') }} / 86400e0 as silent_days,
        {{ seconds_between('last_exchange_at', 'as_of_at') }} / 86400e0 as days_without_exchange,
        -- not known after one day of talk: such a tie is never overdue
        case when usual_gap_days is not null
                then greatest(
                        {{ definition('nurture_gap_factor') }} * usual_gap_days,
                        {{ definition('nurture_silent_days') }}
                    )
        end as longest_usual_days
    from moments
)

select
    client_id,
    person_id,
    usual_gap_days,
    last_network,
    last_exchange_at,
    last_exchange_post_id,
    last_root_post_id,
    last_answer_by,
    last_met_date,
    silent_days,
    coalesce(silent_days > longest_usual_days, false) as is_overdue,
    coalesce(days_without_exchange > longest_usual_days and silent_days <= longest_usual_days, false)
        as is_ended_by_meeting,
    as_of_at
from silences
