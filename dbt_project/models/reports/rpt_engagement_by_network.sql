-- The week on each network that the client is on. What all of them come to is rpt_engagement_summary:
-- addresses, exchanges and conversations are on one network each and add up; people may be on several.
with weeks as (
    select * from {{ ref('int_clients__weeks') }}
),

networks as (
    select distinct
        client_id,
        network
    from {{ ref('int_clients__accounts') }}
    where is_ours
),

addresses as (
    select * from {{ ref('int_relationships__addresses') }}
),

exchanges as (
    select * from {{ ref('int_relationships__exchanges') }}
),

answers as (
    select * from {{ ref('int_waiting__answers') }}
),

talk as (
    {{ talk_of(['client_id', 'network', 'week_start_date']) }}
),

exchanged as (
    select
        client_id,
        network,
        week_start_date,
        count(*) as exchange_count,
        -- a conversation counts once, in the week in which it became real
        count(*) filter (where exchange_number = {{ definition('real_conversation_exchanges') }})
            as real_conversation_count
    from exchanges
    group by client_id, network, week_start_date
),

answered as (
    {{ answers_of(['client_id', 'network', 'week_start_date']) }}
),

waiting as (
    {{ waiting_of(['answers.network']) }}
)

select
    weeks.client_id,
    networks.network,
    weeks.week_start_date,
    cast(weeks.as_of_at as date) as as_of_date,
    weeks.is_complete_week,
    weeks.is_settled_week,
    cast(coalesce(exchanged.real_conversation_count, 0) as bigint) as real_conversation_count,
    cast(coalesce(exchanged.exchange_count, 0) as bigint) as exchange_count,
    cast(coalesce(talk.address_in_count, 0) as bigint) as address_in_count,
    cast(coalesce(talk.address_out_count, 0) as bigint) as address_out_count,
    cast(coalesce(talk.person_in_count, 0) as bigint) as person_in_count,
    cast(coalesce(answered.answered_within_day_count, 0) as bigint) as answered_within_day_count,
    cast(coalesce(answered.answer_due_count, 0) as bigint) as answer_due_count,
    cast(
        {{ answered_share('answered.answered_within_day_count', 'answered.answer_due_count') }} as double
    ) as answered_within_day_share,
    cast(coalesce(answered.unanswered_count, 0) as bigint) as unanswered_count,
    cast(answered.median_answer_hours as double) as median_answer_hours,
    cast(coalesce(waiting.waiting_count, 0) as bigint) as waiting_count
from weeks
inner join networks on weeks.client_id = networks.client_id
left join talk
    on weeks.client_id = talk.client_id
        and networks.network = talk.network
        and weeks.week_start_date = talk.week_start_date
left join exchanged
    on weeks.client_id = exchanged.client_id
        and networks.network = exchanged.network
        and weeks.week_start_date = exchanged.week_start_date
left join answered
    on weeks.client_id = answered.client_id
        and networks.network = answered.network
        and weeks.week_start_date = answered.week_start_date
left join waiting
    on weeks.client_id = waiting.client_id
        and networks.network = waiting.network
        and weeks.week_start_date = waiting.week_start_date
