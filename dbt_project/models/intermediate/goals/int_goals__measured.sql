{{ config(materialized='ephemeral') }}
-- Where each goal stands: its measure in the newest complete week, and some weeks before that, for the pace.
with goals as (
    select * from {{ ref('stg_rapport__goals') }}
),

horizons as (
    select * from {{ ref('int_coverage__as_of') }}
),

measures as (
    select * from {{ ref('int_goals__measures') }}
),

-- A share of nothing has no value: then nothing is known of the goal, whatever an older week had.
newest as (
    select *
    from measures
    qualify week_start_date = max(week_start_date) over (partition by client_id)
)

select
    goals.client_id,
    goals.goal_number,
    goals.words,
    goals.measure,
    goals.target,
    goals.due_date,
    newest.value,
    newest.part_count,
    newest.whole_count,
    earlier.value as earlier_value,
    newest.week_start_date,
    coalesce(newest.is_lower_better, false) as is_lower_better,
    horizons.as_of_at
from goals
inner join horizons on goals.client_id = horizons.client_id
left join newest on goals.client_id = newest.client_id and goals.measure = newest.measure
left join measures as earlier
    on newest.client_id = earlier.client_id
        and newest.measure = earlier.measure
        and newest.week_start_date - 7 * {{ definition('goal_trend_weeks') }} = earlier.week_start_date
