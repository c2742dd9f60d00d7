-- Nobody can keep up any number of ties. The definition manageable_ties says how many, and why.
with weeks as (
    select * from {{ ref('int_manageability__weeks') }}
),

accounts as (
    select * from {{ ref('accounts') }}
),

compared as (
    select
        *,
        count(*) over history as history_week_count,
        avg(real_conversation_count) over history as usual_real_conversation_count,
        sum(address_in_count) over recent / {{ definition('stretch_weeks') }} as recent_address_in_count,
        sum(address_in_answered_count) over recent as recent_answered_count,
        sum(address_in_due_count) over recent as recent_due_count,
        count(*) over before_recent as before_week_count,
        avg(address_in_count) over before_recent as before_address_in_count,
        sum(address_in_answered_count) over before_recent as before_answered_count,
        sum(address_in_due_count) over before_recent as before_due_count
    from weeks
    window
        history as (
            partition by client_id, network, account_id order by week_number
            rows between {{ definition('usual_weeks') }} preceding and 1 preceding
        ),
        recent as (
            partition by client_id, network, account_id order by week_number
            rows between {{ weeks_before('stretch_weeks') }} preceding and current row
        ),
        before_recent as (
            partition by client_id, network, account_id order by week_number
            rows between {{ weeks_before('stretch_weeks', 'usual_weeks') }} preceding
            and {{ definition('stretch_weeks') }} preceding
        )
)

select
    compared.client_id,
    compared.network,
    compared.account_id,
    accounts.handle,
    compared.week_start_date,
    compared.is_complete_week,
    compared.is_settled_week,
    cast(compared.real_conversation_count as bigint) as real_conversation_count,
    cast(
        case when compared.history_week_count >= {{ definition('usual_floor') }}
                then compared.usual_real_conversation_count
        end as double
    ) as usual_real_conversation_count,
    cast(compared.tie_count as bigint) as tie_count,
    compared.tie_count > {{ definition('manageable_ties') }} as is_beyond_ties,
    cast(compared.address_in_count as bigint) as address_in_count,
    cast(compared.answered_within_day_count as bigint) as answered_within_day_count,
    cast(compared.answer_due_count as bigint) as answer_due_count,
    cast({{ answered_share('compared.answered_within_day_count', 'compared.answer_due_count') }} as double)
        as answered_within_day_share,
    cast(compared.answered_within_working_day_count as bigint) as answered_within_working_day_count,
    cast(compared.working_day_due_count as bigint) as working_day_due_count,
    cast(
        {{ answered_share('compared.answered_within_working_day_count', 'compared.working_day_due_count') }}
        as double
    ) as answered_within_working_day_share,
    -- more comes in to the account than before, and any of us answers a smaller share of it promptly
    coalesce(
        compared.is_complete_week
        and compared.before_week_count = {{ definition('usual_weeks') }}
        and compared.recent_due_count >= {{ definition('stretch_floor') }}
        and compared.before_due_count >= {{ definition('stretch_floor') }}
        and compared.recent_address_in_count
        >= {{ definition('stretch_rise') }} * compared.before_address_in_count
        and {{ answered_share('compared.recent_answered_count', 'compared.recent_due_count') }}
        <= {{ answered_share('compared.before_answered_count', 'compared.before_due_count') }}
        - {{ definition('stretch_fall') }},
        false
    ) as is_stretched,
    cast(compared.as_of_at as date) as as_of_date
from compared
left join accounts on compared.network = accounts.network and compared.account_id = accounts.account_id
