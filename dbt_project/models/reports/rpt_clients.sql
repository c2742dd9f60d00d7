-- Every client at a glance: its newest week against its usual one, and what asks for somebody to look.
with weeks as (
    select * from {{ ref('rpt_engagement_summary') }}
),

waiting as (
    select
        client_id,
        count(*) as waiting_count,
        count(*) filter (where is_stakeholder) as stakeholder_waiting_count,
        max(waiting_hours) as longest_waiting_hours,
        max(waiting_working_hours) as longest_waiting_working_hours
    from {{ ref('rpt_waiting') }}
    group by client_id
),

stakeholders as (
    select
        client_id,
        count(*) as stakeholder_count,
        count(*) filter (where {{ is_close('stage') }}) as stakeholder_conversing_count
    from {{ ref('rpt_stakeholders') }}
    group by client_id
),

goals as (
    select
        client_id,
        count(*) as goal_count,
        count(*) filter (where status in ('reached', 'on course')) as goal_on_course_count,
        count(*) filter (where status in ('behind', 'missed')) as goal_behind_count
    from {{ ref('rpt_goals') }}
    group by client_id
),

coverage as (
    select
        client_id,
        sum(gap_count) filter (where {{ is_stream_of('talk_streams', 'network', 'stream') }}) as gap_count,
        -- streams miss the same time together: added up, the hours would be more than there were
        max(gap_hours) filter (where {{ is_stream_of('talk_streams', 'network', 'stream') }}) as gap_hours,
        sum(captured_reply_count) as captured_reply_count,
        sum(reported_reply_count) as reported_reply_count
    from {{ ref('rpt_coverage') }}
    group by client_id
),

networks as (
    select distinct
        client_id,
        network
    from {{ ref('client_accounts') }}
    where network is not null
),

fetched as (
    select
        client_id,
        network,
        sum(uncounted_conversation_count) as uncounted_conversation_count
    from {{ ref('rpt_coverage') }}
    group by client_id, network
),

-- of a client for whom nothing was fetched itself, nobody knows what is missing
known as (
    select
        networks.client_id,
        min(
            case
                when {{ is_network_that('counts_replies', 'networks.network') }}
                    and fetched.client_id is not null
                    and coalesce(fetched.uncounted_conversation_count, 0) = 0
                    then 1
                else 0
            end
        ) = 1 as is_completeness_known
    from networks
    left join fetched on networks.client_id = fetched.client_id and networks.network = fetched.network
    group by networks.client_id
),

stretched as (
    select
        client_id,
        week_start_date,
        count(*) filter (where is_stretched) as stretched_account_count
    from {{ ref('rpt_manageability') }}
    group by client_id, week_start_date
),

compared as (
    select
        *,
        count(*) over history as history_week_count,
        avg(real_conversation_count) over history as usual_real_conversation_count
    from weeks
    window history as (
        partition by client_id order by week_start_date
        rows between {{ definition('usual_weeks') }} preceding and 1 preceding
    )
),

-- the last week that is over; the running one, if none is
newest as (
    select
        *,
        max(as_of_date) over (partition by client_id) as client_as_of_date,
        row_number() over (
            partition by client_id order by is_complete_week desc, week_start_date desc
        ) as place
    from compared
),

together as (
    select
        newest.client_id,
        newest.client_name,
        newest.week_start_date,
        newest.is_complete_week,
        newest.is_settled_week,
        newest.real_conversation_count,
        case
            when newest.is_complete_week and newest.history_week_count >= {{ definition('usual_floor') }}
                then newest.usual_real_conversation_count
        end as usual_real_conversation_count,
        newest.connected_count,
        newest.new_count + newest.deepened_count + newest.revived_count as won_count,
        newest.cooled_count + newest.lapsed_count as lost_count,
        newest.address_in_count,
        newest.answered_within_day_count,
        newest.answer_due_count,
        newest.answered_within_day_share,
        newest.answered_within_working_day_count,
        newest.working_day_due_count,
        newest.answered_within_working_day_share,
        newest.client_as_of_date as as_of_date,
        coalesce(waiting.waiting_count, 0) as waiting_count,
        coalesce(waiting.stakeholder_waiting_count, 0) as stakeholder_waiting_count,
        waiting.longest_waiting_hours,
        waiting.longest_waiting_working_hours,
        coalesce(stakeholders.stakeholder_count, 0) as stakeholder_count,
        coalesce(stakeholders.stakeholder_conversing_count, 0) as stakeholder_conversing_count,
        coalesce(goals.goal_count, 0) as goal_count,
        coalesce(goals.goal_on_course_count, 0) as goal_on_course_count,
        coalesce(goals.goal_behind_count, 0) as goal_behind_count,
        coalesce(stretched.stretched_account_count, 0) as stretched_account_count,
        coalesce(coverage.gap_count, 0) as gap_count,
        coalesce(coverage.gap_hours, 0) as gap_hours,
        coverage.captured_reply_count,
        coverage.reported_reply_count,
        {{ completeness('coverage.captured_reply_count', 'nullif(coverage.reported_reply_count, 0)') }}
            as completeness,
        coalesce(known.is_completeness_known, false) as is_completeness_known
    from newest
    left join waiting on newest.client_id = waiting.client_id
    left join stakeholders on newest.client_id = stakeholders.client_id
    left join goals on newest.client_id = goals.client_id
    left join coverage on newest.client_id = coverage.client_id
    left join known on newest.client_id = known.client_id
    left join stretched
        on newest.client_id = stretched.client_id and newest.week_start_date = stretched.week_start_date
    where newest.place = 1
),

signs as (
    select
        *,
        stakeholder_waiting_count > 0 as is_stakeholder_waiting,
        coalesce(
            usual_real_conversation_count - real_conversation_count >= 1
            and usual_real_conversation_count - real_conversation_count
            > {{ definition('usual_difference') }} * usual_real_conversation_count,
            false
        ) as is_below_usual,
        lost_count > won_count as is_losing,
        goal_behind_count > 0 as is_goal_behind,
        stretched_account_count > 0 as is_stretched,
        case
            when gap_count > 0 or completeness < {{ definition('completeness_threshold') }} then false
            when is_completeness_known and completeness is not null then true
        end as is_data_complete
    from together
)

select
    client_id,
    client_name,
    week_start_date,
    is_complete_week,
    is_settled_week,
    cast(
        case when is_stakeholder_waiting then 1 else 0 end
        + case when is_below_usual then 1 else 0 end
        + case when is_losing then 1 else 0 end
        + case when is_goal_behind then 1 else 0 end
        + case when is_stretched then 1 else 0 end
        + case when not is_data_complete then 1 else 0 end as integer
    ) as warning_sign_count,
    cast(real_conversation_count as bigint) as real_conversation_count,
    cast(usual_real_conversation_count as double) as usual_real_conversation_count,
    is_below_usual,
    cast(connected_count as bigint) as connected_count,
    cast(won_count as bigint) as won_count,
    cast(lost_count as bigint) as lost_count,
    is_losing,
    cast(waiting_count as bigint) as waiting_count,
    cast(stakeholder_waiting_count as bigint) as stakeholder_waiting_count,
    is_stakeholder_waiting,
    cast(longest_waiting_hours as double) as longest_waiting_hours,
    cast(longest_waiting_working_hours as double) as longest_waiting_working_hours,
    cast(address_in_count as bigint) as address_in_count,
    cast(answered_within_day_count as bigint) as answered_within_day_count,
    cast(answer_due_count as bigint) as answer_due_count,
    cast(answered_within_day_share as double) as answered_within_day_share,
    cast(answered_within_working_day_count as bigint) as answered_within_working_day_count,
    cast(working_day_due_count as bigint) as working_day_due_count,
    cast(answered_within_working_day_share as double) as answered_within_working_day_share,
    cast(stakeholder_count as bigint) as stakeholder_count,
    cast(stakeholder_conversing_count as bigint) as stakeholder_conversing_count,
    cast(goal_count as bigint) as goal_count,
    cast(goal_on_course_count as bigint) as goal_on_course_count,
    cast(goal_behind_count as bigint) as goal_behind_count,
    is_goal_behind,
    cast(stretched_account_count as bigint) as stretched_account_count,
    is_stretched,
    cast(gap_count as bigint) as gap_count,
    cast(gap_hours as double) as gap_hours,
    cast(captured_reply_count as bigint) as captured_reply_count,
    cast(reported_reply_count as bigint) as reported_reply_count,
    cast(completeness as double) as completeness,
    is_data_complete,
    as_of_date
from signs
