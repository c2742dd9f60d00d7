with weeks as (
    select * from {{ ref('int_engagement__weeks') }}
)

select
    client_id,
    client_name,
    week_start_date,
    cast(as_of_at as date) as as_of_date,
    is_complete_week,
    is_settled_week,
    cast(real_conversation_count as bigint) as real_conversation_count,
    cast(exchange_count as bigint) as exchange_count,
    cast(address_in_count as bigint) as address_in_count,
    cast(address_out_count as bigint) as address_out_count,
    cast(person_in_count as bigint) as person_in_count,
    cast(noticed_count as bigint) as noticed_count,
    cast(acquainted_count as bigint) as acquainted_count,
    cast(conversing_count as bigint) as conversing_count,
    cast(connected_count as bigint) as connected_count,
    cast(dormant_count as bigint) as dormant_count,
    cast(new_count as bigint) as new_count,
    cast(deepened_count as bigint) as deepened_count,
    cast(cooled_count as bigint) as cooled_count,
    cast(lapsed_count as bigint) as lapsed_count,
    cast(revived_count as bigint) as revived_count,
    cast(answered_within_day_count as bigint) as answered_within_day_count,
    cast(answer_due_count as bigint) as answer_due_count,
    cast(answered_within_day_share as double) as answered_within_day_share,
    cast(answered_within_working_day_count as bigint) as answered_within_working_day_count,
    cast(working_day_due_count as bigint) as working_day_due_count,
    cast(
        {{ answered_share('answered_within_working_day_count', 'working_day_due_count') }} as double
    ) as answered_within_working_day_share,
    cast(unanswered_count as bigint) as unanswered_count,
    cast(median_answer_hours as double) as median_answer_hours,
    cast(waiting_count as bigint) as waiting_count
from weeks
