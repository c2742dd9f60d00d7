-- What became of every address to us, by the time its week is settled. Each belongs to the week in which it
-- came, and to one account of ours: the one that answered it, else the one that was addressed.
with addresses as (
    select * from {{ ref('int_waiting__addresses') }}
),

weeks as (
    select * from {{ ref('int_clients__weeks') }}
),

horizons as (
    select * from {{ ref('int_coverage__as_of') }}
),

working_time as (
    select * from {{ ref('int_clients__working_time') }}
),

judged as (
    select
        addresses.*,
        weeks.week_number,
        weeks.settled_at,
        horizons.as_of_at,
        coalesce(addresses.answer_hours <= {{ definition('prompt_answer_hours') }}, false)
            as is_answered_within_day,
        -- an answer that came later is not the week's: its figures would never come to rest
        addresses.answered_at is null or addresses.answered_at >= weeks.settled_at as is_unanswered,
        -- answered, or the time for a prompt answer is over: an answer that is still to come will be late
        addresses.answered_at is not null
        or addresses.occurred_at + interval '{{ definition('prompt_answer_hours') }}' hour < horizons.as_of_at
            as is_final,
        weeks.working_day_minutes * 60 as working_day_seconds,
        answered.worked_seconds - asked.worked_seconds as answer_working_seconds,
        so_far.worked_seconds - asked.worked_seconds as working_seconds_so_far
    from addresses
    inner join weeks
        on addresses.client_id = weeks.client_id and addresses.week_start_date = weeks.week_start_date
    inner join horizons on addresses.client_id = horizons.client_id
    left join working_time as asked
        on addresses.client_id = asked.client_id and addresses.occurred_at = asked.moment_at
    left join working_time as answered
        on addresses.client_id = answered.client_id and addresses.answered_at = answered.moment_at
    left join working_time as so_far
        on addresses.client_id = so_far.client_id and horizons.as_of_at = so_far.moment_at
)

select
    *,
    case when is_unanswered then our_account_id else answered_by_account_id end as credited_account_id,
    answer_working_seconds / 3600e0 as answer_working_hours,
    -- out of hours the client's time stands still: what is answered then, after a whole working day, is late
    case
        when working_day_seconds is not null
            then coalesce(answer_working_seconds < working_day_seconds, false)
    end as is_answered_within_working_day,
    case
        when working_day_seconds is not null
            then answered_at is not null or working_seconds_so_far >= working_day_seconds
    end as is_final_by_working_day
from judged
