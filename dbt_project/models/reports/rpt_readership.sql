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
    weeks.is_complete_week,
    cast(coalesce(acting.acting_person_count, 0) as bigint) as acting_person_count,
    cast(coalesce(moved.reader_count, 0) as bigint) as reader_count,
    cast(coalesce(moved.joined_count, 0) as bigint) as joined_count,
    cast(coalesce(moved.stayed_count, 0) as bigint) as stayed_count,
    cast(coalesce(moved.left_count, 0) as bigint) as left_count,
    cast(weeks.as_of_at as date) as as_of_date
from weeks
left join acting on weeks.client_id = acting.client_id and weeks.week_number = acting.week_number
left join moved on weeks.client_id = moved.client_id and weeks.week_number = moved.week_number
