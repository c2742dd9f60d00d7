{{ config(materialized='ephemeral') }}
-- Who is a reader at the end of each week: people who acted in enough different weeks among the last ones. A
-- person becomes a reader in the week that completes the number, and stays one until the first of these weeks
-- is too long ago.
with acts as (
    select * from {{ ref('int_readership__acts') }}
),

weeks as (
    select * from {{ ref('int_clients__weeks') }}
),

last_weeks as (
    select
        client_id,
        max(week_number) as last_week,
        max(week_number) filter (where is_complete_week) as last_complete_week
    from weeks
    group by client_id
),

counted as (
    select
        client_id,
        person_id,
        week_number,
        lag(week_number, {{ weeks_before('reader_acting_weeks') }}) over (
            partition by client_id, person_id order by week_number
        ) as first_week
    from acts
),

entitled as (
    select distinct
        client_id,
        person_id,
        {{ number_series('week_number', 'first_week + ' ~ weeks_before('reader_weeks')) }} as week_number
    from counted
    where first_week + {{ weeks_before('reader_weeks') }} >= week_number
),

-- nobody leaves in the current week: there is still time to act
readers as (
    select
        entitled.client_id,
        entitled.person_id,
        entitled.week_number
    from entitled
    inner join last_weeks
        on entitled.client_id = last_weeks.client_id and entitled.week_number <= last_weeks.last_week
    union
    select
        entitled.client_id,
        entitled.person_id,
        last_weeks.last_week as week_number
    from entitled
    inner join last_weeks
        on entitled.client_id = last_weeks.client_id
            and entitled.week_number = last_weeks.last_complete_week
            and last_weeks.last_complete_week < last_weeks.last_week
),

followed as (
    select
        *,
        lag(week_number) over person as previous_week,
        lead(week_number) over person as next_week
    from readers
    window person as (partition by client_id, person_id order by week_number)
)

select
    client_id,
    person_id,
    cast(week_number as integer) as week_number,
    case when previous_week = week_number - 1 then 'stayed' else 'joined' end as movement
from followed
union all
select
    followed.client_id,
    followed.person_id,
    cast(followed.week_number + 1 as integer) as week_number,
    'left' as movement
from followed
inner join last_weeks
    on followed.client_id = last_weeks.client_id and followed.week_number < last_weeks.last_week
where coalesce(followed.next_week > followed.week_number + 1, true)
