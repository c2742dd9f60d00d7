-- Conversations that may be others now. Something changed in them: those that posts left, those that posts
-- are in now, and those of direct messages. Or the client's data now ends at another moment: a post written
-- between the old and the new one did not count before and counts now (or the other way round).
with tree_posts as (
    select * from {{ ref('_changes__tree_posts') }}
),

changed as (
    select * from {{ ref('_changes__references') }}
),

placed as (
    select * from {{ ref('int_conversations__placed') }}
),

messages as (
    select * from {{ ref('int_interactions__messages') }}
),

horizons as (
    select * from {{ ref('_changes__horizons') }}
),

interactions as (
    select * from {{ ref('int_interactions__ours') }}
),

again as (
    select
        network,
        post_id
    from tree_posts
    union
    select * from changed
)

select
    network,
    root_post_id_before as root_post_id
from tree_posts
where root_post_id_before is not null
union
select
    placed.network,
    placed.root_post_id
from placed
semi join again on placed.network = again.network and placed.post_id = again.post_id
union
select
    messages.network,
    messages.root_post_id
from messages
semi join changed on messages.network = changed.network and messages.post_id = changed.post_id
union
select
    placed.network,
    placed.root_post_id
from placed
semi join horizons on placed.created_at >= horizons.from_at and placed.created_at < horizons.to_at
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
