-- Direct messages: who wrote to whom, and when. Their text is not taken along from raw.
with source as (
    select * from {{ source('raw', 'messages') }}
    where message_id is not null and event_type = 'MessageCreate' and section is distinct from 'beyond'
),

pages as (
    select * from {{ source('raw', 'pages') }}
),

renamed as (
    select
        -- ids
        source.network,
        source.message_id,
        pages.client_id,
        source.conversation_id,
        source.sender_id as from_account_id,
        -- the id of a conversation of two holds both accounts; of a group the network may list the members
        case
            when regexp_extract(source.conversation_id, '[0-9]+-[0-9]+', 0) = source.conversation_id
                then regexp_extract_all(source.conversation_id, '[0-9]+', 0)
            else source.participant_ids
        end as participant_account_ids,
        -- times
        coalesce(source.created_at, {{ time_in_id('source.network', 'source.message_id') }}) as created_at,
        -- bookkeeping
        {{ observation_order('source') }} as _observation
    from source
    inner join pages on source.page_key = pages.page_key
)

select
    network,
    message_id,
    {{ last_by('client_id', '_observation') }} as client_id,
    {{ last_by('conversation_id', '_observation') }} as conversation_id,
    {{ last_by('from_account_id', '_observation') }} as from_account_id,
    {{ last_by('participant_account_ids', '_observation') }} as participant_account_ids,
    {{ last_by('created_at', '_observation') }} as created_at
from renamed
group by network, message_id
