-- Conversations that may look different to a client: something changed in them, or the client's data now ends
-- at another moment. A post written between the old and the new moment did not count before and counts now
-- (or the other way round).
with changed as (
    select * from {{ ref('_changes__conversations') }}
),

horizons as (
    select * from {{ ref('_changes__horizons') }}
),

conversation_posts as (
    select * from {{ ref('int_conversations__placed') }}
),

interactions as (
    select * from {{ ref('int_interactions__ours') }}
)

select * from changed
union
select
    conversation_posts.network,
    conversation_posts.root_post_id
from conversation_posts
semi join horizons
    on conversation_posts.created_at >= horizons.from_at and conversation_posts.created_at < horizons.to_at
union
select
    interactions.network,
    interactions.root_post_id
from interactions
semi join horizons
    on interactions.client_id = horizons.client_id
        and interactions.occurred_at >= horizons.from_at
        and interactions.occurred_at < horizons.to_at
{{ none_if_full() }}
