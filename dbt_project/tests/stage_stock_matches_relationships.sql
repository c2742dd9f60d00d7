-- The counts by stage in the last week, which are computed from moves, equal the counts of relationships by
-- stage: of all that are listed, and of those whose accounts were erased, whom no report lists.
with last_weeks as (
    select *
    from {{ ref('rpt_engagement_summary') }}
    qualify row_number() over (partition by client_id order by week_start_date desc) = 1
),

ties as (
    select
        client_id,
        stage
    from {{ ref('rpt_relationships') }}
    union all
    select
        client_id,
        stage
    from {{ ref('relationships') }}
    where not {{ not_erased('person_id') }}
),

counted as (
    select
        client_id,
        count(*) filter (where stage = 'noticed') as noticed_count,
        count(*) filter (where stage = 'acquainted') as acquainted_count,
        count(*) filter (where stage = 'conversing') as conversing_count,
        count(*) filter (where stage = 'connected') as connected_count,
        count(*) filter (where stage = 'dormant') as dormant_count
    from ties
    group by client_id
)

select coalesce(last_weeks.client_id, counted.client_id) as client_id
from last_weeks
full join counted on last_weeks.client_id = counted.client_id
where
    last_weeks.client_id is null
    or last_weeks.noticed_count <> coalesce(counted.noticed_count, 0)
    or last_weeks.acquainted_count <> coalesce(counted.acquainted_count, 0)
    or last_weeks.conversing_count <> coalesce(counted.conversing_count, 0)
    or last_weeks.connected_count <> coalesce(counted.connected_count, 0)
    or last_weeks.dormant_count <> coalesce(counted.dormant_count, 0)
