{{ config(materialized='ephemeral') }}
-- The stage at the end of each week. It is computed from week to week, because whether a stage may go down
-- depends on when it last went down (macros/stages.sql).
with facts as (
    select
        *,
        least(address_in_count, address_out_count) / greatest(address_in_count, address_out_count) as balance,
        -- in a week that has not ended, the silence is as long as it was at the end of the week before
        week_number - case when is_complete_week then 0 else 1 end - last_exchange_week as silent_weeks
    from {{ ref('int_relationships__weekly_facts') }}
),

entitled as (
    select
        *,
        case
            when
                recent_real_conversation_count >= {{ definition('connected_conversations') }}
                and recent_real_week_count >= {{ definition('connected_conversations') }}
                and balance >= {{ definition('connected_balance') }}
                then {{ stage_rank('connected') }}
            when
                real_conversation_count >= {{ definition('conversing_conversations') }}
                and real_week_count >= {{ definition('conversing_conversations') }}
                then {{ stage_rank('conversing') }}
            when exchange_count > 0 then {{ stage_rank('acquainted') }}
            else {{ stage_rank('noticed') }}
        end as entitled_rank,
        coalesce(
            is_complete_week and exchange_count > 0 and silent_weeks >= {{ definition('dormant_weeks') }},
            false
        ) as is_dormant,
        coalesce(is_complete_week and silent_weeks >= {{ definition('step_down_weeks') }}, false)
            as may_step_down
    from facts
),

walk as (
    {{ walked_stages('entitled') }}
),

ranked as (
    select
        entitled.*,
        walk.stage_rank,
        walk.rank_before
    from entitled
    inner join walk
        on entitled.client_id = walk.client_id
            and entitled.person_id = walk.person_id
            and entitled.place = walk.place
),

named as (
    select
        *,
        {{ stage_name('stage_rank') }} as stage
    from ranked
)

select
    *,
    {{ stage_name('rank_before') }} as stage_before,
    case
        when week_exchange_count > 0 and exchange_count = week_exchange_count then 'new'
        when rank_before = {{ stage_rank('dormant') }} and stage_rank > {{ stage_rank('dormant') }}
            then 'revived'
        when rank_before > {{ stage_rank('dormant') }} and stage_rank = {{ stage_rank('dormant') }}
            then 'lapsed'
        when stage_rank < rank_before then 'cooled'
        when rank_before >= {{ stage_rank('acquainted') }} and stage_rank > rank_before then 'deepened'
        -- before the first exchange there is no tie that could move
        else 'held'
    end as movement
from named
where has_address or stage_rank <> rank_before
