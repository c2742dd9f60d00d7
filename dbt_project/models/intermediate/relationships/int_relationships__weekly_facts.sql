{{ config(materialized='ephemeral') }}
{%- set pair = ['client_id', 'person_id'] -%}
{%- set in_order = 'occurred_at, ' ~ id_order('post_id') ~ ', network' -%}
-- What happened between a client and a person in each week, and what had happened by its end. There is a row
-- for each week with an address, and for each week in which a stage may change without a new post.
with addresses as (
    select * from {{ only_changed(ref('int_relationships__addresses'), ref('_changes__pairs'), pair) }}
),

exchanges as (
    select * from {{ only_changed(ref('int_relationships__exchanges'), ref('_changes__pairs'), pair) }}
),

real_conversations as (
    select *
    from {{ only_changed(ref('int_relationships__real_conversations'), ref('_changes__pairs'), pair) }}
),

horizons as (
    select
        client_id,
        as_of_at,
        -- the last week that has ended: without a new post a stage changes only when a week has ended
        {{ week_number(week_start('as_of_at')) }} - 1 as last_complete_week
    from {{ ref('int_coverage__as_of') }}
),

address_weeks as (
    select
        client_id,
        person_id,
        {{ week_number('week_start_date') }} as week_number,
        count(*) filter (where direction = 'in') as address_in_count,
        count(*) filter (where direction = 'out') as address_out_count,
        min(occurred_at) as first_contact_at,
        max(occurred_at) as last_contact_at,
        {{ first_by('direction', in_order) }} as first_direction
    from addresses
    group by client_id, person_id, week_start_date
),

exchange_weeks as (
    select
        client_id,
        person_id,
        {{ week_number('week_start_date') }} as week_number,
        count(*) as exchange_count,
        max(occurred_at) as last_mutual_at
    from exchanges
    group by client_id, person_id, week_start_date
),

real_weeks as (
    select
        client_id,
        person_id,
        {{ week_number('week_start_date') }} as week_number,
        count(*) as real_conversation_count
    from real_conversations
    group by client_id, person_id, week_start_date
),

-- only pairs with enough real conversations can have been connected, and so go down step by step
ever_connected as (
    select
        client_id,
        person_id
    from real_weeks
    group by client_id, person_id
    having sum(real_conversation_count) >= {{ definition('connected_conversations') }}
),

talk_weeks as (
    select
        client_id,
        person_id,
        week_number
    from address_weeks
    union
    select
        client_id,
        person_id,
        week_number + {{ definition('connected_weeks') }} as week_number
    from real_weeks
),

-- after how many quiet weeks a stage may go down: each step_down_weeks, until the tie is dormant
quiet_stretches as (
    {#- sqlfluff reads this without dbt, where a setting is no number #}
    {%- set step = definition('step_down_weeks') | int(4) %}
    select {{ step }} * stretch_number as quiet_weeks
    from (
        select {{ number_series(0, (definition('dormant_weeks') | int(13) - 1) // step) }} as stretch_number
    ) as stretch_numbers
),

-- Weeks in which a stage may change without a new post: dormant_weeks after an exchange; after each
-- step_down_weeks of silence, until the tie is dormant; and the same from the week on in which a real
-- conversation leaves the connected_weeks window.
ageing_weeks as (
    select
        client_id,
        person_id,
        week_number + {{ definition('dormant_weeks') }} as week_number
    from exchange_weeks
    union
    select
        talk_weeks.client_id,
        talk_weeks.person_id,
        talk_weeks.week_number + quiet_stretches.quiet_weeks as week_number
    from talk_weeks
    cross join quiet_stretches
    semi join ever_connected
        on talk_weeks.client_id = ever_connected.client_id
            and talk_weeks.person_id = ever_connected.person_id
),

weeks as (
    select
        client_id,
        person_id,
        week_number
    from address_weeks
    union
    select
        ageing_weeks.client_id,
        ageing_weeks.person_id,
        ageing_weeks.week_number
    from ageing_weeks
    inner join horizons
        on ageing_weeks.client_id = horizons.client_id
            and ageing_weeks.week_number <= horizons.last_complete_week
)

select
    weeks.client_id,
    weeks.person_id,
    weeks.week_number,
    row_number() over so_far as place,
    weeks.week_number <= horizons.last_complete_week as is_complete_week,
    -- a week that has ended is as of its end, whatever came later; only the current week is as of the data's
    -- end
    case when weeks.week_number > horizons.last_complete_week then horizons.as_of_at end as as_of_at,
    address_weeks.week_number is not null as has_address,
    coalesce(address_weeks.address_in_count, 0) as week_address_in_count,
    coalesce(address_weeks.address_out_count, 0) as week_address_out_count,
    coalesce(exchange_weeks.exchange_count, 0) as week_exchange_count,
    coalesce(real_weeks.real_conversation_count, 0) as week_real_conversation_count,
    cast(sum(coalesce(address_weeks.address_in_count, 0)) over so_far as bigint) as address_in_count,
    cast(sum(coalesce(address_weeks.address_out_count, 0)) over so_far as bigint) as address_out_count,
    cast(sum(coalesce(exchange_weeks.exchange_count, 0)) over so_far as bigint) as exchange_count,
    count(address_weeks.week_number) over so_far as active_week_count,
    min(address_weeks.first_contact_at) over so_far as first_contact_at,
    max(address_weeks.last_contact_at) over so_far as last_contact_at,
    max(exchange_weeks.last_mutual_at) over so_far as last_mutual_at,
    first_value(address_weeks.first_direction) over so_far as first_direction,
    max(exchange_weeks.week_number) over so_far as last_exchange_week,
    cast(
        sum(coalesce(real_weeks.real_conversation_count, 0)) over so_far as bigint
    ) as real_conversation_count,
    count(real_weeks.week_number) over so_far as real_week_count,
    cast(
        sum(coalesce(real_weeks.real_conversation_count, 0)) over recent as bigint
    ) as recent_real_conversation_count,
    count(real_weeks.week_number) over recent as recent_real_week_count
from weeks
inner join horizons on weeks.client_id = horizons.client_id
left join address_weeks
    on weeks.client_id = address_weeks.client_id
        and weeks.person_id = address_weeks.person_id
        and weeks.week_number = address_weeks.week_number
left join exchange_weeks
    on weeks.client_id = exchange_weeks.client_id
        and weeks.person_id = exchange_weeks.person_id
        and weeks.week_number = exchange_weeks.week_number
left join real_weeks
    on weeks.client_id = real_weeks.client_id
        and weeks.person_id = real_weeks.person_id
        and weeks.week_number = real_weeks.week_number
window
    so_far as (
        partition by weeks.client_id, weeks.person_id order by weeks.week_number
        rows between unbounded preceding and current row
    ),
    recent as (
        partition by weeks.client_id, weeks.person_id order by weeks.week_number
        range between {{ weeks_before('connected_weeks') }} preceding and current row
    )
