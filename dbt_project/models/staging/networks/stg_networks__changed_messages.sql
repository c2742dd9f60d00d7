-- Direct messages that new loads brought, for the first time or again.
with messages as (
    select * from {{ source('raw', 'messages') }} where message_id is not null
),

new_loads as (
    select * from {{ ref('stg_rapport__new_loads') }}
)

select distinct
    messages.network,
    messages.message_id
from messages
semi join new_loads on messages.load_id = new_loads.load_id
{{ none_if_full() }}
