{{ config(materialized='ephemeral') }}
-- The stage at the end of each week. It is computed from week to week, because whether a stage may go down
-- depends on when it last went down. The recursion takes one step for each row of a pair, so it ends with the
-- longest ledger.
with recursive facts as (
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

-- In the first row of a pair somebody has addressed somebody, so it is at its entitled stage at once.
walk as (
    select
        client_id,
        person_id,
        place,
        entitled_rank as stage_rank,
        {{ stage_rank('stranger') }} as rank_before,
        cast(null as integer) as stepped_down_week
    from entitled
    where place = 1
    union all
    select
        client_id,
        person_id,
        place,
        stage_rank,
        rank_before,
        case when is_step_down then week_number else stepped_down_week end as stepped_down_week
    from (
        select
            entitled.client_id,
            entitled.person_id,
            entitled.place,
            entitled.week_number,
            walk.stage_rank as rank_before,
            walk.stepped_down_week,
            walk.stage_rank > entitled.entitled_rank
            and not entitled.is_dormant
            and entitled.may_step_down
            and coalesce(
                entitled.week_number - walk.stepped_down_week >= {{ definition('step_down_weeks') }}, true
            ) as is_step_down,
            case
                when walk.stage_rank = {{ stage_rank('dormant') }} and entitled.week_exchange_count = 0
                    then {{ stage_rank('dormant') }}
                when entitled.is_dormant then {{ stage_rank('dormant') }}
                when entitled.entitled_rank >= walk.stage_rank then entitled.entitled_rank
                when is_step_down then walk.stage_rank - 1
                else walk.stage_rank
            end as stage_rank
        from walk
        inner join entitled
            on walk.client_id = entitled.client_id
                and walk.person_id = entitled.person_id
                and walk.place + 1 = entitled.place
    )
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
