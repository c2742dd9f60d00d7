with weeks as (
    select * from {{ ref('int_readership__counted') }}
)

select
    client_id,
    week_start_date,
    is_complete_week,
    cast(acting_person_count as bigint) as acting_person_count,
    cast(reader_count as bigint) as reader_count,
    cast(joined_count as bigint) as joined_count,
    cast(stayed_count as bigint) as stayed_count,
    cast(left_count as bigint) as left_count,
    cast(as_of_at as date) as as_of_date
from weeks
