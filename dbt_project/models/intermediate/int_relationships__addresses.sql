{{ config(
    materialized='incremental',
    incremental_strategy='replace_changed',
    unique_key=['client_id', 'person_id'],
    meta={'changes': 'int_changes__pairs'},
) }}
-- What passed between a client (all of us as one side) and one person: one row per post and person. A direct
-- message is private to the client whose consent it rests on.
with interactions as (
    select
        network,
        kind,
        from_account_id,
        to_account_id,
        from_person_id,
        to_person_id,
        post_id,
        root_post_id,
        occurred_at,
        {{ no_text() }} as private_to_client_id
    from {{ ref('int_interactions__acts') }}
    where is_address and occurred_at is not null
    union all
    select
        network,
        kind,
        from_account_id,
        to_account_id,
        from_person_id,
        to_person_id,
        post_id,
        root_post_id,
        occurred_at,
        private_to_client_id
    from {{ ref('int_interactions__messages') }}
    where occurred_at is not null
),

client_accounts as (
    select * from {{ ref('int_clients__accounts') }}
),

horizons as (
    select * from {{ ref('int_coverage__as_of') }}
),

-- every address with one of us at one end; the other end is them only if no account of the
-- client's is theirs
ours as (
    select
        client_accounts.client_id,
        interactions.*,
        'out' as direction,
        interactions.to_person_id as person_id,
        interactions.from_account_id as our_account_id
    from interactions
    inner join client_accounts
        on interactions.network = client_accounts.network
            and interactions.from_account_id = client_accounts.account_id
            and client_accounts.is_ours
            and client_accounts.client_id
            = coalesce(interactions.private_to_client_id, client_accounts.client_id)
    union all
    select
        client_accounts.client_id,
        interactions.*,
        'in' as direction,
        interactions.from_person_id as person_id,
        interactions.to_account_id as our_account_id
    from interactions
    inner join client_accounts
        on interactions.network = client_accounts.network
            and interactions.to_account_id = client_accounts.account_id
            and client_accounts.is_ours
            and client_accounts.client_id
            = coalesce(interactions.private_to_client_id, client_accounts.client_id)
),

with_them as (
    select ours.*
    from ours
    anti join client_accounts
        on ours.client_id = client_accounts.client_id
            and ours.person_id = client_accounts.person_id
),

changed as (
    select *
    from {{ only_changed('with_them', ref('int_changes__pairs')) }}
),

-- a post that turns to two of us is one address to us, of its strongest kind
one_each as (
    select *
    from changed
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
    -- answered: one of us turned to that person later in the same conversation
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
