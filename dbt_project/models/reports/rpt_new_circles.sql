with weeks as (
    select * from {{ ref('int_clients__weeks') }}
),

new_people as (
    select * from {{ ref('int_circles__new_people') }}
),

counted as (
    select
        client_id,
        week_start_date,
        count(*) as new_count,
        count(*) filter (where shared_third_party_count = 0) as new_without_shared_count,
        count(*) filter (where has_place) as new_with_place_count,
        count(*) filter (where is_from_new_place) as new_from_new_place_count
    from new_people
    group by client_id, week_start_date
)

select
    weeks.client_id,
    weeks.week_start_date,
    weeks.is_complete_week,
    cast(coalesce(counted.new_count, 0) as bigint) as new_count,
    cast(coalesce(counted.new_without_shared_count, 0) as bigint) as new_without_shared_count,
    cast(
        case when counted.new_count > 0
                then counted.new_without_shared_count / counted.new_count
        end as double
    ) as new_without_shared_share,
    cast(coalesce(counted.new_with_place_count, 0) as bigint) as new_with_place_count,
    cast(coalesce(counted.new_from_new_place_count, 0) as bigint) as new_from_new_place_count,
    cast(weeks.as_of_at as date) as as_of_date
from weeks
left join counted
    on weeks.client_id = counted.client_id and weeks.week_start_date = counted.week_start_date
