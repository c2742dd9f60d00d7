-- How many people acted on our posts in each week, and how many readers there were.
with weeks as (
    select * from {{ ref('int_clients__weeks') }}
),

acts as (
    select * from {{ ref('int_readership__acts') }}
),

readers as (
    select * from {{ ref('int_readership__weeks') }}
),

acting as (
    select
        client_id,
        week_number,
        count(*) as acting_person_count
    from acts
    group by client_id, week_number
),

moved as (
    select
        client_id,
        week_number,
        count(*) filter (where movement <> 'left') as reader_count,
        count(*) filter (where movement = 'joined') as joined_count,
        count(*) filter (where movement = 'stayed') as stayed_count,
        count(*) filter (where movement = 'left') as left_count
    from readers
    group by client_id, week_number
)

select
    weeks.client_id,
    weeks.week_start_date,
    weeks.week_number,
    weeks.is_complete_week,
    coalesce(acting.acting_person_count, 0) as acting_person_count,
    coalesce(moved.reader_count, 0) as reader_count,
    coalesce(moved.joined_count, 0) as joined_count,
    coalesce(moved.stayed_count, 0) as stayed_count,
    coalesce(moved.left_count, 0) as left_count,
    weeks.as_of_at
from weeks
left join acting on weeks.client_id = acting.client_id and weeks.week_number = acting.week_number
left join moved on weeks.client_id = moved.client_id and weeks.week_number = moved.week_number
