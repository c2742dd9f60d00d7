{{ config(materialized='ephemeral') }}
-- How much each of our accounts had to do in each week. Every real conversation belongs to the account on our
-- side of the exchange that made it real. What came in belongs to the account that was addressed, and its
-- answer to the account that gave it.
with weeks as (
    select * from {{ ref('int_clients__weeks') }}
),

client_accounts as (
    select * from {{ ref('int_clients__accounts') }} where is_ours
),

answers as (
    select * from {{ ref('int_waiting__answers') }}
),

real_conversations as (
    select * from {{ ref('int_relationships__real_conversations') }}
),

account_weeks as (
    select
        weeks.client_id,
        client_accounts.network,
        client_accounts.account_id,
        weeks.week_number,
        weeks.week_start_date,
        weeks.is_complete_week,
        weeks.is_settled_week,
        weeks.as_of_at,
        weeks.working_day_minutes
    from weeks
    inner join client_accounts on weeks.client_id = client_accounts.client_id
),

held as (
    select
        client_id,
        network,
        our_account_id as account_id,
        week_start_date,
        {{ week_number('week_start_date') }} as week_number,
        person_id
    from real_conversations
),

real_weeks as (
    select
        client_id,
        network,
        account_id,
        week_start_date,
        count(*) as real_conversation_count
    from held
    group by client_id, network, account_id, week_start_date
),

-- people with whom the account had a real conversation in the last weeks
ties as (
    select
        account_weeks.client_id,
        account_weeks.network,
        account_weeks.account_id,
        account_weeks.week_number,
        count(distinct held.person_id) as tie_count
    from account_weeks
    inner join held
        on account_weeks.client_id = held.client_id
            and account_weeks.network = held.network
            and account_weeks.account_id = held.account_id
            and account_weeks.week_number >= held.week_number
            and account_weeks.week_number - {{ definition('connected_weeks') }} < held.week_number
    group by
        account_weeks.client_id, account_weeks.network, account_weeks.account_id, account_weeks.week_number
),

-- what was addressed to the account, and how much of it any of us answered
inbound as (
    select
        client_id,
        network,
        our_account_id as account_id,
        week_number,
        count(*) as address_in_count,
        count(*) filter (where is_answered_within_day) as address_in_answered_count,
        count(*) filter (where is_final) as address_in_due_count
    from answers
    group by client_id, network, our_account_id, week_number
),

credited as (
    select
        client_id,
        network,
        credited_account_id as account_id,
        week_number,
        {{ answer_counts() }}
    from answers
    group by client_id, network, credited_account_id, week_number
)

select
    account_weeks.client_id,
    account_weeks.network,
    account_weeks.account_id,
    account_weeks.week_number,
    account_weeks.week_start_date,
    account_weeks.is_complete_week,
    account_weeks.is_settled_week,
    account_weeks.as_of_at,
    coalesce(real_weeks.real_conversation_count, 0) as real_conversation_count,
    coalesce(ties.tie_count, 0) as tie_count,
    coalesce(inbound.address_in_count, 0) as address_in_count,
    coalesce(inbound.address_in_answered_count, 0) as address_in_answered_count,
    coalesce(inbound.address_in_due_count, 0) as address_in_due_count,
    coalesce(credited.answered_within_day_count, 0) as answered_within_day_count,
    coalesce(credited.answer_due_count, 0) as answer_due_count,
    {{ by_hours('credited.answered_within_working_day_count', 'account_weeks') }}
        as answered_within_working_day_count,
    {{ by_hours('credited.working_day_due_count', 'account_weeks') }} as working_day_due_count
from account_weeks
left join real_weeks
    on account_weeks.client_id = real_weeks.client_id
        and account_weeks.network = real_weeks.network
        and account_weeks.account_id = real_weeks.account_id
        and account_weeks.week_start_date = real_weeks.week_start_date
left join ties
    on account_weeks.client_id = ties.client_id
        and account_weeks.network = ties.network
        and account_weeks.account_id = ties.account_id
        and account_weeks.week_number = ties.week_number
left join inbound
    on account_weeks.client_id = inbound.client_id
        and account_weeks.network = inbound.network
        and account_weeks.account_id = inbound.account_id
        and account_weeks.week_number = inbound.week_number
left join credited
    on account_weeks.client_id = credited.client_id
        and account_weeks.network = credited.network
        and account_weeks.account_id = credited.account_id
        and account_weeks.week_number = credited.week_number
