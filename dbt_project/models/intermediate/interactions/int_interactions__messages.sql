-- Who sent whom a direct message. A message to a group addresses nobody, as it does not say for whom it is.
-- Messages are kept apart from public acts: what is computed about people in general must not contain them.
with people as (
    select * from {{ ref('int_people__accounts') }}
),

participants as (
    select
        network,
        message_id,
        client_id,
        conversation_id,
        created_at,
        from_account_id,
        {{ each_of('participant_account_ids') }} as participant_account_id
    from {{ ref('stg_networks__messages') }}
),

to_one as (
    select
        network,
        message_id,
        client_id,
        conversation_id,
        created_at,
        from_account_id,
        min(participant_account_id) as to_account_id
    from participants
    where participant_account_id <> from_account_id
    group by network, message_id, client_id, conversation_id, created_at, from_account_id
    having count(*) = 1
),

-- an account is its own person until the hand-kept list says otherwise
by_people as (
    select
        to_one.*,
        {{ person_of('senders', 'to_one.network', 'to_one.from_account_id') }} as from_person_id,
        {{ person_of('receivers', 'to_one.network', 'to_one.to_account_id') }} as to_person_id
    from to_one
    left join people as senders
        on to_one.network = senders.network and to_one.from_account_id = senders.account_id
    left join people as receivers
        on to_one.network = receivers.network and to_one.to_account_id = receivers.account_id
)

select
    network || ':dm:' || message_id as interaction_id,
    network,
    'message' as kind,
    true as is_address,
    from_account_id,
    to_account_id,
    from_person_id,
    to_person_id,
    -- no post has such an id, so a message is never taken for a post
    'dm:' || message_id as post_id,
    'dm:' || conversation_id as root_post_id,
    created_at as occurred_at,
    client_id as private_to_client_id
from by_people
-- nobody addresses themselves, not even from another account of theirs
where from_person_id <> to_person_id
