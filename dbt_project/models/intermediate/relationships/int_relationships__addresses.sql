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
)

select
    one_each.client_id,
    one_each.person_id,
    one_each.network,
    one_each.post_id,
    one_each.root_post_id,
    one_each.direction,
    one_each.kind,
    one_each.our_account_id,
    one_each.occurred_at,
    {{ week_start('one_each.occurred_at') }} as week_start_date,
    {{ kind_weight('one_each.kind') }} as weight,
    -- answered means: one of us addressed that person later in the same conversation
    case when one_each.direction = 'in' then
            min(case when one_each.direction = 'out' then one_each.occurred_at end) over (
                partition by one_each.client_id, one_each.person_id, one_each.network, one_each.root_post_id
                order by one_each.occurred_at, {{ id_order('one_each.post_id') }}
                rows between 1 following and unbounded following
            )
    end as answered_at
from one_each
inner join horizons
    on one_each.client_id = horizons.client_id and one_each.occurred_at < horizons.as_of_at
