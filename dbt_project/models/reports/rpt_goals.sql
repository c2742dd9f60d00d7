with goals as (
    select * from {{ ref('stg_rapport__goals') }}
),

horizons as (
    select * from {{ ref('int_coverage__as_of') }}
),

measures as (
    select * from {{ ref('int_goals__measures') }}
),

newest as (
    select *
    from measures
    qualify row_number() over (partition by client_id, measure order by week_start_date desc) = 1
),

measured as (
    select
        goals.client_id,
        goals.goal_number,
        goals.words,
        goals.measure,
        goals.target,
        goals.due_date,
        newest.value,
        earlier.value as earlier_value,
        newest.week_start_date,
        coalesce(newest.is_lower_better, false) as is_lower_better,
        horizons.as_of_at,
        cast(horizons.as_of_at as date) as as_of_date,
        (newest.value - earlier.value) / {{ var('goal_trend_weeks') }} as change_per_week,
        greatest({{ days_between('cast(horizons.as_of_at as date)', 'goals.due_date') }} + 1, 0) / 7.0
            as weeks_left
    from goals
    inner join horizons on goals.client_id = horizons.client_id
    left join newest on goals.client_id = newest.client_id and goals.measure = newest.measure
    left join measures as earlier
        on newest.client_id = earlier.client_id
            and newest.measure = earlier.measure
            and newest.week_start_date - 7 * {{ var('goal_trend_weeks') }} = earlier.week_start_date
),

expected as (
    select
        *,
        case when is_lower_better then value <= target else value >= target end as is_reached,
        value + change_per_week * weeks_left as expected_value
    from measured
)

select
    client_id,
    cast(goal_number as integer) as goal_number,
    words,
    measure,
    cast(target as double) as target,
    due_date,
    cast(value as double) as value,
    cast(earlier_value as double) as earlier_value,
    cast(expected_value as double) as expected_value,
    cast(
        case
            when is_reached then 1
            when is_lower_better then target / value
            when target > 0 and value is not null then greatest(value, 0) / target
        end as double
    ) as progress_share,
    case
        when value is null then 'not known yet'
        when is_reached then 'reached'
        when as_of_date > due_date then 'missed'
        when expected_value is null then 'not known yet'
        when case when is_lower_better then expected_value <= target else expected_value >= target end
            then 'on course'
        else 'behind'
    end as status,
    week_start_date,
    as_of_date
from expected
