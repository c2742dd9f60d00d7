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
    select * from {{ ref('int_waiting__addresses') }}
),

relationship_weeks as (
    select * from {{ ref('relationship_weeks') }}
),

talk as (
    select
        client_id,
        week_start_date,
        count(*) filter (where direction = 'in') as address_in_count,
        count(*) filter (where direction = 'out') as address_out_count,
        count(distinct case when direction = 'in' then person_id end) as person_in_count
    from addresses
    group by client_id, week_start_date
),

moves as (
    select
        client_id,
        week_start_date,
        sum(week_exchange_count) as exchange_count,
        sum(week_real_conversation_count) as real_conversation_count,
        count(*) filter (where movement = 'new') as new_count,
        count(*) filter (where movement = 'deepened') as deepened_count,
        count(*) filter (where movement = 'cooled') as cooled_count,
        count(*) filter (where movement = 'lapsed') as lapsed_count,
        count(*) filter (where movement = 'revived') as revived_count
    from relationship_weeks
    group by client_id, week_start_date
),

-- a stage is entered in one row and left in another: the stock is the running balance of both
entered_and_left as (
    select
        client_id,
        week_start_date,
        stage,
        1 as change
    from relationship_weeks
    where stage <> stage_before
    union all
    select
        client_id,
        week_start_date,
        stage_before as stage,
        -1 as change
    from relationship_weeks
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

-- as of the week's end, using nothing later; an address whose time to be answered promptly has not run out
-- and that nobody answered yet is not due
answered as (
    select
        weeks.client_id,
        weeks.week_start_date,
        count(*) filter (where {{ is_answered_promptly('answers', 'weeks.as_of_at') }})
            as answered_within_day_count,
        count(*) filter (where {{ is_answer_due('answers', 'weeks.as_of_at') }}) as answer_due_count,
        count(*) filter (where answers.answered_at is null or answers.answered_at >= weeks.as_of_at)
            as unanswered_count,
        median(answers.answer_hours) filter (where answers.answered_at < weeks.as_of_at)
            as median_answer_hours
    from weeks
    inner join answers
        on weeks.client_id = answers.client_id and weeks.week_start_date = answers.week_start_date
    group by weeks.client_id, weeks.week_start_date
),

waiting as (
    select
        weeks.client_id,
        weeks.week_start_date,
        count(*) as waiting_count
    from weeks
    inner join answers
        on weeks.client_id = answers.client_id
            and weeks.as_of_at > answers.occurred_at
            and answers.occurred_at >= weeks.as_of_at - interval '{{ var('waiting_days') }}' day
            and (answers.answered_at is null or weeks.as_of_at <= answers.answered_at)
    group by weeks.client_id, weeks.week_start_date
)

select
    weeks.client_id,
    clients.client_name,
    weeks.week_start_date,
    cast(weeks.as_of_at as date) as as_of_date,
    weeks.is_complete_week,
    cast(coalesce(moves.real_conversation_count, 0) as bigint) as real_conversation_count,
    cast(coalesce(moves.exchange_count, 0) as bigint) as exchange_count,
    cast(coalesce(talk.address_in_count, 0) as bigint) as address_in_count,
    cast(coalesce(talk.address_out_count, 0) as bigint) as address_out_count,
    cast(coalesce(talk.person_in_count, 0) as bigint) as person_in_count,
    cast(coalesce(sum(stage_changes.noticed_change) over so_far, 0) as bigint) as noticed_count,
    cast(coalesce(sum(stage_changes.acquainted_change) over so_far, 0) as bigint) as acquainted_count,
    cast(coalesce(sum(stage_changes.conversing_change) over so_far, 0) as bigint) as conversing_count,
    cast(coalesce(sum(stage_changes.connected_change) over so_far, 0) as bigint) as connected_count,
    cast(coalesce(sum(stage_changes.dormant_change) over so_far, 0) as bigint) as dormant_count,
    cast(coalesce(moves.new_count, 0) as bigint) as new_count,
    cast(coalesce(moves.deepened_count, 0) as bigint) as deepened_count,
    cast(coalesce(moves.cooled_count, 0) as bigint) as cooled_count,
    cast(coalesce(moves.lapsed_count, 0) as bigint) as lapsed_count,
    cast(coalesce(moves.revived_count, 0) as bigint) as revived_count,
    cast(coalesce(answered.answered_within_day_count, 0) as bigint) as answered_within_day_count,
    cast(coalesce(answered.answer_due_count, 0) as bigint) as answer_due_count,
    cast({{ answered_share('answered.answered_within_day_count', 'answered.answer_due_count') }} as double)
        as answered_within_day_share,
    cast(coalesce(answered.unanswered_count, 0) as bigint) as unanswered_count,
    cast(answered.median_answer_hours as double) as median_answer_hours,
    cast(coalesce(waiting.waiting_count, 0) as bigint) as waiting_count
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
