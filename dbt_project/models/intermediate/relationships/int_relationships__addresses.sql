{{ config(
    materialized='incremental',
    unique_key=['client_id', 'person_id'],
    meta={'changes': '_changes__pairs'},
) }}
-- The addresses between a client (all its accounts are one side) and a person. One row per post and person.
with addresses as (
    select *
    from {{ only_changed(ref('int_interactions__ours'), ref('_changes__pairs')) }}
),

horizons as (
    select * from {{ ref('int_coverage__as_of') }}
),

-- a post that addresses two of our accounts is one address to us, of its strongest kind
one_each as (
    select *
    from addresses
    qualify row_number() over (
            partition by client_id, network, post_id, person_id, direction
            order by case kind when 'reply' then 1 when 'quote' then 2 else 3 end, our_account_id
        ) = 1
),

-- what an answer is taken from: the posts of ours among them
with_ours as (
    select
        *,
        case when direction = 'out' then occurred_at end as our_act_at,
        case when direction = 'out' then post_id end as our_post_id,
        case when direction = 'out' then our_account_id end as our_author_id
    from one_each
)

select
    with_ours.client_id,
    with_ours.person_id,
    with_ours.network,
    with_ours.post_id,
    with_ours.root_post_id,
    with_ours.direction,
    with_ours.kind,
    with_ours.our_account_id,
    with_ours.occurred_at,
    {{ week_start('with_ours.occurred_at') }} as week_start_date,
    {{ kind_weight('with_ours.kind') }} as weight,
    -- answered means: one of us addressed that person later in the same conversation
    case when with_ours.direction = 'in' then {{ first_known('with_ours.our_act_at') }} over later end
        as answered_at,
    case when with_ours.direction = 'in' then {{ first_known('with_ours.our_post_id') }} over later end
        as answer_post_id,
    case when with_ours.direction = 'in' then {{ first_known('with_ours.our_author_id') }} over later end
        as answered_by_account_id
from with_ours
inner join horizons
    on with_ours.client_id = horizons.client_id and with_ours.occurred_at < horizons.as_of_at
window later as (
    partition by with_ours.client_id, with_ours.person_id, with_ours.network, with_ours.root_post_id
    order by with_ours.occurred_at, {{ id_order('with_ours.post_id') }}
    rows between 1 following and unbounded following
)
