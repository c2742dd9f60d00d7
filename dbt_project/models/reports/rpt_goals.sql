with measured as (
    select
        *,
        cast(as_of_at as date) as as_of_date,
        (value - earlier_value) / {{ definition('goal_trend_weeks') }} as change_per_week,
        greatest({{ days_between('cast(as_of_at as date)', 'due_date') }} + 1, 0) / 7e0 as weeks_left
    from {{ ref('int_goals__measured') }}
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
    part_count,
    whole_count,
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
