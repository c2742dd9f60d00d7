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
            as is_final
    from addresses
    inner join weeks
        on addresses.client_id = weeks.client_id and addresses.week_start_date = weeks.week_start_date
    inner join horizons on addresses.client_id = horizons.client_id
)

select
    *,
    case when is_unanswered then our_account_id else answered_by_account_id end as credited_account_id
from judged
