{{ config(
    materialized='incremental',
    incremental_strategy='replace_changed',
    unique_key=['client_id', 'person_id'],
    meta={'changes': 'int_changes__pairs'},
) }}
-- The stage at each week's end. Only `connected` can be lost to `conversing` (everything below is kept
-- for good, short of sleep), so the slow step down needs no walk from week to week: a tie is connected
-- while its last entitlement to it is later than the last week in which it could be taken away.
with facts as (
    select
        *,
        least(address_in_count, address_out_count) / greatest(address_in_count, address_out_count) as balance,
        -- in the week that has not ended, age is what it was at the end of the one before
        week_number - case when is_complete_week then 0 else 1 end - last_exchange_week as silent_weeks
    from {{ only_changed(ref('int_relationships__weekly_facts'), ref('int_changes__pairs')) }}
),

entitled as (
    select
        *,
        coalesce(exchange_count > 0 and silent_weeks >= {{ var('dormant_weeks') }}, false) as is_dormant,
        case
            when
                recent_real_conversation_count >= {{ var('connected_conversations') }}
                and recent_real_week_count >= {{ var('connected_conversations') }}
                and balance >= {{ var('connected_balance') }}
                then 4
            when
                real_conversation_count >= {{ var('conversing_conversations') }}
                and real_week_count >= {{ var('conversing_conversations') }}
                then 3
            when exchange_count > 0 then 2
            else 1
        end as entitled_rank
    from facts
),

marked as (
    select
        *,
        case when entitled_rank = 4 and not is_dormant then week_number end as entitled_week,
        case
            when
                is_dormant
                or (is_complete_week and entitled_rank < 4 and silent_weeks >= {{ var('step_down_weeks') }})
                then week_number
        end as taken_away_week
    from entitled
),

ranked as (
    select
        *,
        case
            when is_dormant then 0
            when
                max(entitled_week) over so_far > coalesce(max(taken_away_week) over so_far, -1)
                then 4
            else entitled_rank
        end as stage_rank
    from marked
    window so_far as (
        partition by client_id, person_id order by week_number
        rows between unbounded preceding and current row
    )
),

named as (
    select
        *,
        case stage_rank
            when 0 then 'dormant'
            when 1 then 'noticed'
            when 2 then 'acquainted'
            when 3 then 'conversing'
            else 'connected'
        end as stage,
        coalesce(lag(stage_rank) over pair, -1) as rank_before
    from ranked
    window pair as (partition by client_id, person_id order by week_number)
),

moved as (
    select
        *,
        case rank_before
            when -1 then 'stranger'
            when 0 then 'dormant'
            when 1 then 'noticed'
            when 2 then 'acquainted'
            when 3 then 'conversing'
            else 'connected'
        end as stage_before,
        case
            when week_exchange_count > 0 and exchange_count = week_exchange_count then 'new'
            when rank_before = 0 and stage_rank > 0 then 'revived'
            when rank_before > 0 and stage_rank = 0 then 'lapsed'
            when stage_rank < rank_before then 'cooled'
            when rank_before >= 2 and stage_rank > rank_before then 'deepened'
            -- a stranger who was noticed has made no tie that could move
            else 'held'
        end as movement
    from named
    where has_address or stage_rank <> rank_before
)

select
    *,
    -- a move rests on the posts of the last exchanges; a week without one, on what was said
    coalesce(
        case when movement <> 'held' or week_exchange_count > 0 then last_exchange_post_ids end,
        address_post_ids
    ) as evidence_post_ids
from moved
