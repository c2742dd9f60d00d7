{{ config(materialized='ephemeral') }}
-- What goals can be measured by, at the end of every complete week. People at a stage are those at that stage
-- or closer: somebody who comes closer still counts for the goal. What happens week by week is the mean of
-- the last weeks, because a single week is chance.
with weeks as (
    select * from {{ ref('int_engagement__weeks') }} where is_complete_week
),

readership as (
    select * from {{ ref('int_readership__counted') }} where is_complete_week
),

stakeholders as (
    select * from {{ ref('int_clients__stakeholders') }} where person_id is not null
),

ledger as (
    select * from {{ ref('relationship_weeks') }} where is_complete_week
),

-- a stakeholder enters conversation in one row of the ledger and leaves it in another
stakeholder_changes as (
    select
        ledger.client_id,
        ledger.week_start_date,
        sum(
            case when {{ is_close('ledger.stage') }} then 1 else 0 end
            - case when {{ is_close('ledger.stage_before') }} then 1 else 0 end
        ) as change
    from ledger
    semi join stakeholders
        on ledger.client_id = stakeholders.client_id
            and ledger.person_id = stakeholders.person_id
    group by ledger.client_id, ledger.week_start_date
),

wide as (
    select
        weeks.client_id,
        weeks.week_start_date,
        cast(weeks.connected_count as double) as connected_count,
        cast(weeks.connected_count + weeks.conversing_count as double) as conversing_count,
        cast(weeks.connected_count + weeks.conversing_count + weeks.acquainted_count as double)
            as acquainted_count,
        cast(coalesce(sum(stakeholder_changes.change) over so_far, 0) as double)
            as stakeholder_conversing_count,
        cast(readership.reader_count as double) as reader_count,
        cast(weeks.waiting_count as double) as waiting_count,
        avg(weeks.real_conversation_count) over recent as real_conversation_count,
        avg(weeks.exchange_count) over recent as exchange_count,
        avg(weeks.new_count) over recent as new_count,
        cast(sum(weeks.answered_within_day_count) over recent as bigint) as answered_within_day_count,
        cast(sum(weeks.answer_due_count) over recent as bigint) as answer_due_count
    from weeks
    left join readership
        on weeks.client_id = readership.client_id and weeks.week_number = readership.week_number
    left join stakeholder_changes
        on weeks.client_id = stakeholder_changes.client_id
            and weeks.week_start_date = stakeholder_changes.week_start_date
    window
        so_far as (
            partition by weeks.client_id order by weeks.week_start_date
            rows between unbounded preceding and current row
        ),
        recent as (
            partition by weeks.client_id order by weeks.week_start_date
            rows between {{ weeks_before('goal_weeks') }} preceding and current row
        )
),

with_shares as (
    select
        *,
        {{ answered_share('answered_within_day_count', 'answer_due_count') }} as answered_within_day_share
    from wide
)

{% set shares = {'answered_within_day_share': ['answered_within_day_count', 'answer_due_count']} %}
{% for measure in [
    'connected_count', 'conversing_count', 'acquainted_count', 'stakeholder_conversing_count', 'reader_count',
    'waiting_count', 'real_conversation_count', 'exchange_count', 'new_count', 'answered_within_day_share',
] %}
    select
        client_id,
        week_start_date,
        '{{ measure }}' as measure,
        {{ measure }} as value,
        {{ shares[measure][0] if measure in shares else 'cast(null as bigint)' }} as part_count,
        {{ shares[measure][1] if measure in shares else 'cast(null as bigint)' }} as whole_count,
        {{ 'true' if measure == 'waiting_count' else 'false' }} as is_lower_better
    from with_shares
    where {{ measure }} is not null
    {% if not loop.last %}union all{% endif %}
{% endfor %}
