-- Who sent whom a direct message. A message to a group addresses nobody, as it does not say for whom it is.
-- Messages are kept apart from public acts: what is computed about people in general must not contain them.
with messages as (
    select
        *,
        {{ list_without('participant_account_ids', 'from_account_id') }} as other_account_ids
    from {{ ref('stg_networks__messages') }}
),

people as (
    select * from {{ ref('int_people__accounts') }}
),

to_one as (
    select
        messages.network,
        messages.message_id,
        messages.client_id,
        messages.conversation_id,
        messages.created_at,
        messages.from_account_id,
        {{ first_item('messages.other_account_ids') }} as to_account_id
    from messages
    where messages.from_account_id is not null and {{ list_length('messages.other_account_ids') }} = 1
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
