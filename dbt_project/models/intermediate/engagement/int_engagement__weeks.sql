-- What happened in each week of a client, and how many people were at each stage at its end.
with weeks as (
    select * from {{ ref('int_clients__weeks') }}
),

clients as (
    select * from {{ ref('stg_rapport__clients') }}
),

addresses as (
    select * from {{ ref('int_relationships__addresses') }}
),

answers as (
    select * from {{ ref('int_waiting__answers') }}
),

ledger as (
    select * from {{ ref('relationship_weeks') }}
),

talk as (
    {{ talk_of(['client_id', 'week_start_date']) }}
),

moves as (
    select
        client_id,
        week_start_date,
        cast(sum(week_exchange_count) as bigint) as exchange_count,
        cast(sum(week_real_conversation_count) as bigint) as real_conversation_count,
        count(*) filter (where movement = 'new') as new_count,
        count(*) filter (where movement = 'deepened') as deepened_count,
        count(*) filter (where movement = 'cooled') as cooled_count,
        count(*) filter (where movement = 'lapsed') as lapsed_count,
        count(*) filter (where movement = 'revived') as revived_count
    from ledger
    group by client_id, week_start_date
),

-- A stage is entered in one row and left in another. How many people are at a stage is how often it was
-- entered so far, less how often it was left.
entered_and_left as (
    select
        client_id,
        week_start_date,
        stage,
        1 as change
    from ledger
    where stage <> stage_before
    union all
    select
        client_id,
        week_start_date,
        stage_before as stage,
        -1 as change
    from ledger
    where stage <> stage_before
),

stage_changes as (
    select
        client_id,
        week_start_date,
        sum(change) filter (where stage = 'noticed') as noticed_change,
        sum(change) filter (where stage = 'acquainted') as acquainted_change,
        sum(change) filter (where stage = 'conversing') as conversing_change,
        sum(change) filter (where stage = 'connected') as connected_change,
        sum(change) filter (where stage = 'dormant') as dormant_change
    from entered_and_left
    group by client_id, week_start_date
),

answered as (
    {{ answers_of(['client_id', 'week_start_date']) }}
),

waiting as (
    {{ waiting_of() }}
)

select
    weeks.client_id,
    clients.client_name,
    weeks.week_start_date,
    weeks.week_number,
    weeks.is_complete_week,
    weeks.is_settled_week,
    weeks.as_of_at,
    coalesce(moves.real_conversation_count, 0) as real_conversation_count,
    coalesce(moves.exchange_count, 0) as exchange_count,
    coalesce(talk.address_in_count, 0) as address_in_count,
    coalesce(talk.address_out_count, 0) as address_out_count,
    coalesce(talk.person_in_count, 0) as person_in_count,
    cast(coalesce(sum(stage_changes.noticed_change) over so_far, 0) as bigint) as noticed_count,
    cast(coalesce(sum(stage_changes.acquainted_change) over so_far, 0) as bigint) as acquainted_count,
    cast(coalesce(sum(stage_changes.conversing_change) over so_far, 0) as bigint) as conversing_count,
    cast(coalesce(sum(stage_changes.connected_change) over so_far, 0) as bigint) as connected_count,
    cast(coalesce(sum(stage_changes.dormant_change) over so_far, 0) as bigint) as dormant_count,
    coalesce(moves.new_count, 0) as new_count,
    coalesce(moves.deepened_count, 0) as deepened_count,
    coalesce(moves.cooled_count, 0) as cooled_count,
    coalesce(moves.lapsed_count, 0) as lapsed_count,
    coalesce(moves.revived_count, 0) as revived_count,
    coalesce(answered.answered_within_day_count, 0) as answered_within_day_count,
    coalesce(answered.answer_due_count, 0) as answer_due_count,
    {{ answered_share('answered.answered_within_day_count', 'answered.answer_due_count') }}
        as answered_within_day_share,
    {{ by_hours('answered.answered_within_working_day_count') }} as answered_within_working_day_count,
    {{ by_hours('answered.working_day_due_count') }} as working_day_due_count,
    coalesce(answered.unanswered_count, 0) as unanswered_count,
    answered.median_answer_hours,
    coalesce(waiting.waiting_count, 0) as waiting_count
from weeks
inner join clients on weeks.client_id = clients.client_id
left join talk on weeks.client_id = talk.client_id and weeks.week_start_date = talk.week_start_date
left join moves on weeks.client_id = moves.client_id and weeks.week_start_date = moves.week_start_date
left join stage_changes
    on weeks.client_id = stage_changes.client_id and weeks.week_start_date = stage_changes.week_start_date
left join
    answered
    on weeks.client_id = answered.client_id and weeks.week_start_date = answered.week_start_date
left join waiting on weeks.client_id = waiting.client_id and weeks.week_start_date = waiting.week_start_date
window so_far as (
    partition by weeks.client_id order by weeks.week_start_date
    rows between unbounded preceding and current row
)
