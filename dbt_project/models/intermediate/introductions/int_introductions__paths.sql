-- Who could introduce us to whom: a person between, with whom the client has had an exchange, has had one
-- with somebody whom the client does not know, and the client has the posts that show it. Somebody who
-- waits for our answer needs no introduction.
with strengths as (
    select * from {{ ref('int_relationships__strengths') }}
),

first_exchanges as (
    select * from {{ ref('int_relationships__first_exchanges') }}
),

ties as (
    select * from {{ ref('int_people__ties') }}
),

bots as (
    select * from {{ ref('int_people__bots') }}
),

client_accounts as (
    select * from {{ ref('int_clients__accounts') }}
),

waiting as (
    select * from {{ ref('int_waiting__open') }}
),

horizons as (
    select * from {{ ref('int_coverage__as_of') }}
),

others_addresses as (
    select * from {{ ref('int_people__addresses') }}
),

ours as (
    select strengths.*
    from strengths
    semi join first_exchanges
        on strengths.client_id = first_exchanges.client_id and strengths.person_id = first_exchanges.person_id
),

two_steps as (
    select
        ours.client_id,
        ours.person_id as via_person_id,
        ours.strength as via_strength,
        ties.other_person_id as person_id,
        ties.exchange_count as their_exchange_count,
        ties.last_exchange_at,
        ties.last_exchange_network,
        ties.last_exchange_post_id
    from ours
    inner join ties on ours.client_id = ties.client_id and ours.person_id = ties.person_id
    anti join bots as betweens
        on ours.client_id = betweens.client_id and ours.person_id = betweens.person_id
    anti join bots as found on ours.client_id = found.client_id and ties.other_person_id = found.person_id
    anti join ours as known on ours.client_id = known.client_id and ties.other_person_id = known.person_id
    anti join client_accounts
        on ours.client_id = client_accounts.client_id and ties.other_person_id = client_accounts.person_id
    anti join waiting on ours.client_id = waiting.client_id and ties.other_person_id = waiting.person_id
),

stretches as (
    select distinct
        client_id,
        least(via_person_id, person_id) as one_person_id,
        greatest(via_person_id, person_id) as other_person_id
    from two_steps
),

between_them as (
    select
        others_addresses.*,
        stretches.one_person_id,
        stretches.other_person_id
    from others_addresses
    inner join stretches
        on others_addresses.client_id = stretches.client_id
            and least(others_addresses.from_person_id, others_addresses.to_person_id)
            = stretches.one_person_id
            and greatest(others_addresses.from_person_id, others_addresses.to_person_id)
            = stretches.other_person_id
),

-- a post addresses a person once, even if it names several of their accounts
addresses as (
    select
        client_id,
        one_person_id,
        other_person_id,
        network,
        post_id,
        from_person_id,
        max({{ kind_weight('kind') }}) as weight,
        min(occurred_at) as occurred_at
    from between_them
    group by client_id, one_person_id, other_person_id, network, post_id, from_person_id
),

their_strengths as (
    select
        two_steps.client_id,
        two_steps.via_person_id,
        two_steps.person_id,
        {{ strength('addresses.weight', 'addresses.occurred_at', 'horizons.as_of_at') }} as their_strength
    from two_steps
    inner join horizons on two_steps.client_id = horizons.client_id
    inner join addresses
        on two_steps.client_id = addresses.client_id
            and least(two_steps.via_person_id, two_steps.person_id) = addresses.one_person_id
            and greatest(two_steps.via_person_id, two_steps.person_id) = addresses.other_person_id
    group by two_steps.client_id, two_steps.via_person_id, two_steps.person_id
)

select
    two_steps.*,
    their_strengths.their_strength,
    -- the geometric mean of both ties: 0 if one of them is 0
    sqrt(two_steps.via_strength * their_strengths.their_strength) as path_strength
from two_steps
inner join their_strengths
    on two_steps.client_id = their_strengths.client_id
        and two_steps.via_person_id = their_strengths.via_person_id
        and two_steps.person_id = their_strengths.person_id
