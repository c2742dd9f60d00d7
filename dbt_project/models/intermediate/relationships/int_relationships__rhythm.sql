-- How often a client and a person usually have exchanges, and which one was the last.
with exchanges as (
    select * from {{ ref('int_relationships__exchanges') }}
),

days as (
    select
        client_id,
        person_id,
        cast(occurred_at as date) as exchange_date
    from exchanges
    group by client_id, person_id, cast(occurred_at as date)
),

gaps as (
    select
        client_id,
        person_id,
        {{ days_between('lag(exchange_date) over days_of_talk', 'exchange_date') }} as gap_days
    from days
    window days_of_talk as (partition by client_id, person_id order by exchange_date)
),

usual as (
    select
        client_id,
        person_id,
        count(*) as exchange_day_count,
        median(gap_days) as usual_gap_days
    from gaps
    group by client_id, person_id
),

last_ones as (
    select *
    from exchanges
    qualify row_number() over (
            partition by client_id, person_id
            order by occurred_at desc, {{ id_order('answer_post_id') }} desc, network asc
        ) = 1
)

select
    usual.client_id,
    usual.person_id,
    usual.exchange_day_count,
    usual.usual_gap_days,
    last_ones.network as last_network,
    last_ones.occurred_at as last_exchange_at,
    last_ones.answer_post_id as last_exchange_post_id,
    last_ones.root_post_id as last_root_post_id,
    case last_ones.answer_direction when 'in' then 'them' else 'us' end as last_answer_by
from usual
inner join last_ones on usual.client_id = last_ones.client_id and usual.person_id = last_ones.person_id
