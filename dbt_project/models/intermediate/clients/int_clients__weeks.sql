-- Every ISO week of a client, from its first window or address to the week in which its data ends. Before the
-- first network there was nothing to fetch.
with horizons as (
    select * from {{ ref('int_coverage__as_of') }} where client_id <> ''
),

pages as (
    select * from {{ ref('stg_rapport__pages') }}
),

hours as (
    select
        client_id,
        max(minutes_a_day) as minutes_a_day
    from {{ ref('stg_rapport__working_hours') }}
    group by client_id
),

weeks_with_addresses as (
    select
        client_id,
        min(week_start_date) as first_week_start_date
    from {{ ref('int_relationships__addresses') }}
    group by client_id
),

windows as (
    select
        client_id,
        {{ week_start('min(window_start_at)') }} as first_week_start_date
    from pages
    where window_start_at is not null
    group by client_id
),

spans as (
    select
        horizons.client_id,
        horizons.as_of_at,
        hours.minutes_a_day as working_day_minutes,
        greatest(
            least(
                windows.first_week_start_date,
                weeks_with_addresses.first_week_start_date,
                {{ week_start("horizons.as_of_at - interval '1' second") }}
            ),
            {{ first_week_of_networks() }}
        ) as first_week_start_date,
        {{ week_start("horizons.as_of_at - interval '1' second") }} as last_week_start_date
    from horizons
    left join hours on horizons.client_id = hours.client_id
    left join windows on horizons.client_id = windows.client_id
    left join weeks_with_addresses on horizons.client_id = weeks_with_addresses.client_id
),

numbered as (
    select
        client_id,
        as_of_at,
        working_day_minutes,
        {{ number_series(week_number('first_week_start_date'), week_number('last_week_start_date')) }}
            as week_number
    from spans
)

select
    client_id,
    cast(week_number as integer) as week_number,
    {{ week_of_number('week_number') }} as week_start_date,
    {{ start_of(week_of_number('week_number + 1')) }} <= as_of_at as is_complete_week,
    least({{ start_of(week_of_number('week_number + 1')) }}, as_of_at) as as_of_at,
    -- what came in last may be answered promptly for a while yet
    {{ answers_settled_at() }} as settled_at,
    {{ answers_settled_at() }} <= as_of_at as is_settled_week,
    working_day_minutes
from numbered
