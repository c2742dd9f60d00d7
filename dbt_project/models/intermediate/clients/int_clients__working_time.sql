-- How long a client had worked by each moment at which somebody turned to it or was answered, and by which
-- its weeks are judged. Working hours between two moments are the difference of two rows. Clients without
-- hours have none.
with hours as (
    select * from {{ ref('stg_rapport__working_hours') }}
),

addresses as (
    select * from {{ ref('int_relationships__addresses') }}
    where direction = 'in'
),

weeks as (
    select * from {{ ref('int_clients__weeks') }}
    where working_day_minutes is not null
),

-- each stretch of hours, with what was worked before it
stretches as (
    select
        client_id,
        starts_at,
        ends_at,
        cast(coalesce(
            sum({{ whole_seconds_between('starts_at', 'ends_at') }}) over (
                partition by client_id order by starts_at
                rows between unbounded preceding and 1 preceding
            ), 0
        ) as bigint) as seconds_before
    from hours
),

moments as (
    select
        client_id,
        occurred_at as moment_at
    from addresses
    union
    select
        client_id,
        answered_at as moment_at
    from addresses
    where answered_at is not null
    union
    select
        client_id,
        as_of_at as moment_at
    from weeks
),

in_one_line as (
    select
        client_id,
        starts_at as moment_at,
        false as is_asked,
        starts_at,
        ends_at,
        seconds_before
    from stretches
    union all
    select
        moments.client_id,
        moments.moment_at,
        true as is_asked,
        null as starts_at,
        null as ends_at,
        null as seconds_before
    from moments
    semi join weeks on moments.client_id = weeks.client_id
),

-- at each moment, the last stretch that had begun: all that is told of stretches only grows
with_stretches as (
    select
        client_id,
        moment_at,
        is_asked,
        max(starts_at) over so_far as starts_at,
        max(ends_at) over so_far as ends_at,
        max(seconds_before) over so_far as seconds_before
    from in_one_line
    window so_far as (
        partition by client_id order by moment_at
        rows between unbounded preceding and current row
    )
)

select
    client_id,
    moment_at,
    cast(coalesce(
        seconds_before + {{ whole_seconds_between('starts_at', 'least(moment_at, ends_at)') }}, 0
    ) as bigint) as worked_seconds
from with_stretches
where is_asked
