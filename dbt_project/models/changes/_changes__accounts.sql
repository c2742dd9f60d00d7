-- Accounts of which a load brought something new, each with the handle that it had after the last build, and
-- whether it was a bot then.
with changed as (
    select * from {{ ref('stg_networks__changed_accounts') }}
),

known_before as (
    select *
    from {{ before('intermediate', 'int_accounts__known', ['network', 'account_id', 'handle', 'is_bot']) }}
),

messages as (
    select * from {{ ref('stg_networks__messages') }}
),

changed_messages as (
    select * from {{ ref('stg_networks__changed_messages') }}
),

participants as (
    select
        messages.network,
        {{ each_of('messages.participant_account_ids') }} as account_id
    from messages
    semi join changed_messages
        on messages.network = changed_messages.network and messages.message_id = changed_messages.message_id
),

again as (
    select * from changed
    union
    select * from participants
)

select
    again.network,
    again.account_id,
    {{ lower_case('known_before.handle') }} as handle_before,
    cast(known_before.is_bot as boolean) as was_bot
from again
left join known_before
    on again.network = known_before.network and again.account_id = known_before.account_id
{{ none_if_full() }}
