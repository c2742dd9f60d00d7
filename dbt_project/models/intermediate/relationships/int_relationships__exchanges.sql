-- An exchange: the direction between us and a person changes within a conversation. It is dated at the
-- answer.
with addresses as (
    select * from {{ ref('int_relationships__addresses') }}
),

followed as (
    select
        *,
        lag(direction) over conversation as previous_direction,
        lag(post_id) over conversation as answered_post_id
    from addresses
    window conversation as (
        partition by client_id, person_id, network, root_post_id
        order by occurred_at, {{ id_order('post_id') }}
    )
)

select
    client_id,
    person_id,
    network,
    root_post_id,
    answered_post_id,
    post_id as answer_post_id,
    direction as answer_direction,
    our_account_id,
    occurred_at,
    week_start_date,
    -- engines count rows by types of their own
    cast(row_number() over (
        partition by client_id, person_id, network, root_post_id
        order by occurred_at, {{ id_order('post_id') }}
    ) as bigint) as exchange_number
from followed
where direction <> previous_direction
